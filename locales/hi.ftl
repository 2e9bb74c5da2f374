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
never-share = यह कोड कभी किसी के साथ साझा न करें। हम आपसे यह कोड कभी नहीं माँगेंगे।
