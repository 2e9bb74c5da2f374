# Hindi, formal address (आप). The nouns stay the same after a number.

titled = { $title } – { $name }

login-title = आपका लॉगिन कोड
login-intro = लॉगिन करने के लिए कृपया यह कोड दर्ज करें:
login-unasked = यदि आपने लॉगिन करने का प्रयास नहीं किया है, तो कृपया इस संदेश को अनदेखा करें। सुरक्षा के लिए अपना पासवर्ड बदल लें।

verification-title = आपका सत्यापन कोड
verification-intro = आगे बढ़ने के लिए कृपया यह कोड दर्ज करें:
verification-unasked = यदि आपने यह कोड नहीं माँगा है, तो कृपया इस संदेश को अनदेखा करें।

password-reset-title = आपका पासवर्ड रीसेट कोड
password-reset-intro = नया पासवर्ड चुनने के लिए कृपया यह कोड दर्ज करें:
password-reset-unasked = यदि आपने नया पासवर्ड नहीं माँगा है, तो कृपया इस संदेश को अनदेखा करें। आपका पासवर्ड नहीं बदलेगा।

transaction-title = लेन-देन की पुष्टि का कोड
transaction-intro = लेन-देन की पुष्टि करने के लिए कृपया यह कोड दर्ज करें:
transaction-unasked = यदि आपने यह लेन-देन शुरू नहीं किया है, तो कोड दर्ज न करें और तुरंत हमसे संपर्क करें।

valid-minutes = यह कोड { $count } मिनट तक मान्य है।
valid-seconds = यह कोड { $count } सेकंड तक मान्य है।
or-link = या यह लिंक खोलें:
never-share = यह कोड कभी किसी के साथ साझा न करें। हम आपसे यह कोड कभी नहीं माँगेंगे।

login-text = { $code } आपका लॉगिन कोड है।
verification-text = { $code } आपका सत्यापन कोड है।
password-reset-text = { $code } आपका पासवर्ड रीसेट कोड है।
transaction-text = { $code } आपका लेन-देन कोड है।
text-for = { $name }: { $text }
text-never-share = { $text } इसे किसी को न बताएँ।

call-language = hi-IN
call-hello = नमस्ते।
call-hello-from = नमस्ते, यह कॉल { $name } की ओर से है।
login-call = आपका लॉगिन कोड है: { $code }।
verification-call = आपका सत्यापन कोड है: { $code }।
password-reset-call = आपका पासवर्ड रीसेट कोड है: { $code }।
transaction-call = लेन-देन की पुष्टि का कोड है: { $code }।
call-again = एक बार फिर: { $code }।

page-ask-title = आपका ईमेल पता क्या है?
page-ask = हम उस पर एक कोड भेजेंगे।
page-address = ईमेल पता
page-ask-title-phone = आपका फ़ोन नंबर क्या है?
page-ask-phone = हम इस नंबर पर एक कोड भेजेंगे।
page-number = फ़ोन नंबर
page-either = ईमेल पता या फ़ोन नंबर
page-send = कोड भेजें
page-title = अपना कोड दर्ज करें
page-sent-to = हमने { $to } पर एक कोड भेजा है।
page-from = यह संदेश { $from } से आता है।
page-spam = अगर यह न मिले, तो अपने स्पैम फ़ोल्डर में देखें।
page-texted = हमने { $to } पर एक एसएमएस भेजा है।
page-calling = हम { $to } पर कॉल कर रहे हैं।
page-sent-over = हमने { $app } से { $to } पर एक कोड भेजा है।
page-code = कोड
page-code-digits = { $count } अंकों का कोड
page-submit = आगे बढ़ें
page-attempts = शेष प्रयास: { $count }
page-time-left = शेष समय: { $time }
page-pause = आगे बढ़ने से पहले कृपया { $time } प्रतीक्षा करें।
page-resend = कोड फिर से भेजें
page-resend-in = आप इसे { $time } में फिर से भेज सकते हैं।
page-text-instead = इसके बजाय एसएमएस भेजें
page-call-instead = इसके बजाय कॉल करें
page-app-instead = इसके बजाय { $app } से भेजें
page-wrong-address = पता गलत है?
page-wrong-number = नंबर गलत है?
page-other-address = कोई दूसरा पता इस्तेमाल करें
page-other-number = कोई दूसरा नंबर इस्तेमाल करें
page-failed = संदेश पहुँचाया नहीं जा सका।
page-wrong = यह कोड गलत है।
page-not-a-code = यह कोड नहीं है। कृपया संदेश फिर से देखें; इसे प्रयास नहीं गिना गया।
page-not-an-address = यह ईमेल पता नहीं है।
page-not-a-number = यह फ़ोन नंबर नहीं है। कृपया इसे + और देश कोड के साथ लिखें।
page-not-either = यह न तो ईमेल पता है और न ही + और देश कोड वाला फ़ोन नंबर।
page-not-there = अभी हम इस नंबर पर कोड नहीं भेज सकते।
page-sent-again = कोड फिर से भेजा जा रहा है।
page-later = अभी यह नहीं हो सका। कृपया थोड़ी देर रुककर फिर से प्रयास करें।
page-done = हो गया। आप यह पेज बंद कर सकते हैं।
page-used = यह कोड पहले ही उपयोग हो चुका है।
page-expired = इस कोड की अवधि समाप्त हो गई है।
page-exhausted = कोई प्रयास शेष नहीं है।
page-canceled = यह कोड रद्द कर दिया गया है।
page-start-again = कृपया ऐप पर लौटें और नया कोड माँगें।
page-unknown = यह लिंक मान्य नहीं है।
page-back = ऐप पर वापस जाएँ

enrol-title = अपना ऑथेंटिकेटर ऐप सेट करें
enrol-scan = इस कोड को अपने फ़ोन के ऑथेंटिकेटर ऐप से स्कैन करें।
enrol-picture = ऑथेंटिकेटर ऐप के लिए QR कोड
enrol-open = इस डिवाइस के किसी ऐप में खोलें
enrol-type = या यह कुंजी ऐप में टाइप करें:
enrol-code = ऐप में दिखने वाला कोड
enrol-not-a-code = यह ऐप का कोड नहीं है। इसे प्रयास नहीं गिना गया।
enrol-done = आपका ऑथेंटिकेटर ऐप सेट हो गया है
enrol-keep = इन रिकवरी कोड को सुरक्षित जगह पर रखें। अगर ऐप खो जाए, तो इनमें से हर एक एक बार काम करेगा। ये केवल अभी दिखाए जा रहे हैं।
enrol-over = ऐप सेट करने का समय समाप्त हो गया
