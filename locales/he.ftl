# Hebrew, polite forms that suit every gender.

titled = { $title } – { $name }

login-title = קוד הכניסה שלך
login-intro = יש להזין קוד זה כדי להיכנס:
login-unasked = אם לא ניסית להיכנס, אפשר להתעלם מהודעה זו. ליתר ביטחון מומלץ להחליף את הסיסמה.

verification-title = קוד האימות שלך
verification-intro = יש להזין קוד זה כדי להמשיך:
verification-unasked = אם לא ביקשת קוד זה, אפשר להתעלם מהודעה זו.

password-reset-title = קוד לאיפוס הסיסמה
password-reset-intro = יש להזין קוד זה כדי לבחור סיסמה חדשה:
password-reset-unasked = אם לא ביקשת סיסמה חדשה, אפשר להתעלם מהודעה זו. הסיסמה שלך לא תשתנה.

transaction-title = קוד לאישור הפעולה
transaction-intro = יש להזין קוד זה כדי לאשר את הפעולה:
transaction-unasked = אם לא ביצעת פעולה זו, אין להזין את הקוד ויש לפנות אלינו מיד.

valid-minutes = { $count ->
    [one] הקוד תקף למשך דקה אחת.
    [two] הקוד תקף למשך שתי דקות.
   *[other] הקוד תקף למשך { $count } דקות.
}
valid-seconds = { $count ->
    [one] הקוד תקף למשך שנייה אחת.
    [two] הקוד תקף למשך שתי שניות.
   *[other] הקוד תקף למשך { $count } שניות.
}
or-link = או לפתוח את הקישור הבא:
never-share = אין למסור קוד זה לאיש. לעולם לא נבקש אותו ממך.

login-text = קוד הכניסה: { $code }
verification-text = קוד האימות: { $code }
password-reset-text = קוד לאיפוס הסיסמה: { $code }
transaction-text = קוד לאישור הפעולה: { $code }
text-for = { $text } ({ $name })
text-never-share = { $text }. אין למסור אותו לאיש.

call-language = he-IL
call-hello = שלום.
call-hello-from = שלום, כאן { $name }.
login-call = קוד הכניסה שלך הוא: { $code }.
verification-call = קוד האימות שלך הוא: { $code }.
password-reset-call = הקוד לאיפוס הסיסמה הוא: { $code }.
transaction-call = הקוד לאישור הפעולה הוא: { $code }.
call-again = פעם נוספת: { $code }.

page-ask-title = מהי כתובת הדוא״ל שלך?
page-ask = נשלח אליה קוד.
page-address = כתובת דוא״ל
page-ask-title-phone = מהו מספר הטלפון שלך?
page-ask-phone = נשלח קוד למספר הזה.
page-number = מספר טלפון
page-either = כתובת דוא״ל או מספר טלפון
page-send = שליחת הקוד
page-title = הזנת הקוד
page-sent-to = שלחנו קוד אל { $to }.
page-from = ההודעה מגיעה מ־{ $from }.
page-spam = אם היא לא נמצאת, כדאי לבדוק בתיקיית דואר הזבל.
page-texted = שלחנו מסרון אל { $to }.
page-calling = אנחנו מתקשרים אל { $to }.
page-sent-over = שלחנו קוד אל { $to } באמצעות { $app }.
page-code = קוד
page-code-digits = קוד בן { $count } ספרות
page-submit = המשך
page-attempts = ניסיונות שנותרו: { $count }
page-time-left = הזמן שנותר: { $time }
page-pause = יש להמתין { $time } לפני שממשיכים.
page-resend = שליחת הקוד שוב
page-resend-in = ניתן לשלוח אותו שוב בעוד { $time }.
page-text-instead = שליחה במסרון
page-call-instead = קבלת הקוד בשיחה
page-app-instead = שליחה באמצעות { $app }
page-wrong-address = הכתובת שגויה?
page-wrong-number = המספר שגוי?
page-other-address = שימוש בכתובת אחרת
page-other-number = שימוש במספר אחר
page-failed = לא ניתן היה למסור את ההודעה.
page-wrong = הקוד הזה שגוי.
page-not-a-code = זה אינו קוד. כדאי לבדוק שוב את ההודעה; זה לא נחשב כניסיון.
page-not-an-address = זו אינה כתובת דוא״ל.
page-not-a-number = זה אינו מספר טלפון. יש לכתוב אותו עם + וקידומת המדינה.
page-not-either = זו אינה כתובת דוא״ל, וגם לא מספר טלפון עם + וקידומת המדינה.
page-not-there = לא ניתן לשלוח כעת קוד למספר הזה.
page-sent-again = הקוד נשלח שוב.
page-later = זה לא הצליח כעת. נא להמתין רגע ולנסות שוב.
page-done = בוצע. אפשר לסגור את הדף הזה.
page-used = הקוד הזה כבר שימש.
page-expired = תוקפו של הקוד הזה פג.
page-exhausted = לא נותרו ניסיונות.
page-canceled = הקוד הזה בוטל.
page-start-again = יש לחזור לאפליקציה ולבקש קוד חדש.
page-unknown = הקישור הזה אינו תקף.
page-back = חזרה לאפליקציה

enrol-title = הגדרת אפליקציית האימות
enrol-scan = סרקו את הקוד הזה באפליקציית אימות בטלפון.
enrol-picture = קוד QR לאפליקציית האימות
enrol-open = פתיחה באפליקציה במכשיר זה
enrol-type = או הקלידו את המפתח הזה באפליקציה:
enrol-code = הקוד שמוצג באפליקציה
enrol-not-a-code = זה לא קוד של האפליקציה. הניסיון לא נספר.
enrol-done = אפליקציית האימות הוגדרה
enrol-keep = שמרו את קודי השחזור האלה במקום בטוח. אם תאבדו את האפליקציה, כל אחד מהם תקף פעם אחת. הם מוצגים רק עכשיו.
enrol-over = הזמן להגדרת האפליקציה נגמר
