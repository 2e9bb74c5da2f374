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
never-share = אין למסור קוד זה לאיש. לעולם לא נבקש אותו ממך.
