# Finnish, neutral and polite.

titled = { $title } – { $name }

login-title = Kirjautumiskoodisi
login-intro = Kirjaudu sisään antamalla tämä koodi:
login-unasked = Jos et ole yrittänyt kirjautua sisään, voit jättää tämän viestin huomiotta. Vaihda varmuuden vuoksi salasanasi.

verification-title = Vahvistuskoodisi
verification-intro = Jatka antamalla tämä koodi:
verification-unasked = Jos et ole pyytänyt tätä koodia, voit jättää tämän viestin huomiotta.

password-reset-title = Koodi salasanan vaihtamiseen
password-reset-intro = Valitse uusi salasana antamalla tämä koodi:
password-reset-unasked = Jos et ole pyytänyt uutta salasanaa, voit jättää tämän viestin huomiotta. Salasanasi pysyy ennallaan.

transaction-title = Koodi tapahtuman vahvistamiseen
transaction-intro = Vahvista tapahtuma antamalla tämä koodi:
transaction-unasked = Jos et ole itse aloittanut tätä tapahtumaa, älä anna koodia, vaan ota meihin heti yhteyttä.

valid-minutes = { $count ->
    [one] Koodi on voimassa { $count } minuutin.
   *[other] Koodi on voimassa { $count } minuuttia.
}
valid-seconds = { $count ->
    [one] Koodi on voimassa { $count } sekunnin.
   *[other] Koodi on voimassa { $count } sekuntia.
}
or-link = Tai avaa tämä linkki:
never-share = Älä koskaan anna tätä koodia kenellekään. Me emme koskaan kysy sitä sinulta.

login-text = { $code } on kirjautumiskoodisi.
verification-text = { $code } on vahvistuskoodisi.
password-reset-text = { $code } on koodisi salasanan vaihtamiseen.
transaction-text = { $code } on koodisi tapahtuman vahvistamiseen.
text-for = { $name }: { $text }
text-never-share = { $text } Älä anna sitä kenellekään.

call-language = fi-FI
call-hello = Hyvää päivää.
call-hello-from = Hyvää päivää, täällä { $name }.
login-call = Kirjautumiskoodisi on: { $code }.
verification-call = Vahvistuskoodisi on: { $code }.
password-reset-call = Koodisi salasanan vaihtamiseen on: { $code }.
transaction-call = Koodisi tapahtuman vahvistamiseen on: { $code }.
call-again = Toistan: { $code }.

page-ask-title = Mikä on sähköpostiosoitteesi?
page-ask = Lähetämme siihen koodin.
page-address = Sähköpostiosoite
page-ask-title-phone = Mikä on puhelinnumerosi?
page-ask-phone = Lähetämme koodin tähän numeroon.
page-number = Puhelinnumero
page-either = Sähköpostiosoite tai puhelinnumero
page-send = Lähetä koodi
page-title = Anna koodisi
page-sent-to = Lähetimme koodin osoitteeseen { $to }.
page-from = Viesti tulee osoitteesta { $from }.
page-spam = Jos et löydä sitä, katso roskapostikansiosta.
page-texted = Lähetimme tekstiviestin numeroon { $to }.
page-calling = Soitamme numeroon { $to }.
page-sent-over = Lähetimme koodin numeroon { $to } palvelulla { $app }.
page-code = Koodi
page-code-digits = { $count }-numeroinen koodi
page-submit = Jatka
page-attempts = Yrityksiä jäljellä: { $count }
page-time-left = Aikaa jäljellä: { $time }
page-pause = Odota { $time } ennen kuin jatkat.
page-resend = Lähetä koodi uudelleen
page-resend-in = Voit lähettää sen uudelleen, kun on kulunut { $time }.
page-text-instead = Lähetä tekstiviestinä
page-call-instead = Vastaanota puheluna
page-app-instead = Lähetä palvelulla { $app }
page-wrong-address = Väärä osoite?
page-wrong-number = Väärä numero?
page-other-address = Käytä toista osoitetta
page-other-number = Käytä toista numeroa
page-failed = Viestiä ei voitu toimittaa.
page-wrong = Tämä koodi on väärä.
page-not-a-code = Tämä ei ole koodi. Katso viestiä uudelleen; tätä ei laskettu yritykseksi.
page-not-an-address = Tämä ei ole sähköpostiosoite.
page-not-a-number = Tämä ei ole puhelinnumero. Kirjoita se plusmerkin ja maatunnuksen kanssa.
page-not-either = Tämä ei ole sähköpostiosoite eikä puhelinnumero, jossa on + ja maatunnus.
page-not-there = Emme voi lähettää koodia tähän numeroon juuri nyt.
page-sent-again = Koodi on taas matkalla.
page-later = Se ei onnistunut juuri nyt. Odota hetki ja yritä uudelleen.
page-done = Valmis. Voit sulkea tämän sivun.
page-used = Tämä koodi on jo käytetty.
page-expired = Tämä koodi on vanhentunut.
page-exhausted = Yrityksiä ei ole jäljellä.
page-canceled = Tämä koodi on peruttu.
page-start-again = Palaa sovellukseen ja pyydä uusi koodi.
page-unknown = Tämä linkki ei ole voimassa.
page-back = Takaisin sovellukseen

enrol-title = Ota todennussovellus käyttöön
enrol-scan = Skannaa tämä koodi puhelimesi todennussovelluksella.
enrol-picture = Todennussovelluksen QR-koodi
enrol-open = Avaa tämän laitteen sovelluksessa
enrol-type = Tai kirjoita tämä avain sovellukseen:
enrol-code = Sovelluksen näyttämä koodi
enrol-not-a-code = Tämä ei ole sovelluksen koodi. Tätä ei laskettu yritykseksi.
enrol-done = Todennussovelluksesi on otettu käyttöön
enrol-keep = Säilytä nämä palautuskoodit turvallisessa paikassa. Jos menetät sovelluksen, jokainen niistä toimii kerran. Ne näytetään vain nyt.
enrol-over = Sovelluksen käyttöönoton aika on päättynyt
