/*
 * phrase.c -- the tables, and looking things up in them.
 *
 * Words of different languages stand together by what they mean: nobody
 * says which language a mail is in, and no word means two of these things.
 * They are written as people write them and folded before the first use.
 */
#include "mail/message/phrase.h"

#include <pthread.h>
#include <string.h>

#include "base/text.h"

#define FOLDS_MOST 20000

/* clang-format off */
static const struct {
	enum label label;
	const char *words; /* folded, divided by "|" */
} labels[] = {
	{LABEL_FROM,
	    "from|von|expeditorul|trimis de|posiljalac|shalje|de|da|van|"
	    "fra|fran|od|felado|expeditor|dela|de la|lahettaja|от|від|"
	    "от кого|від кого|от кого|kimden|gonderen|απο|αποστολεας|"
	    "saatja|nuo|no|no kā|nosutitajs|siuntejas|mittente|remitente|"
	    "expediteur|absender|remetente|afzender|avsandare|afsender|"
	    "avsender|nadawca|odesilatel|odosielatel|отправитель|"
	    "відправник|подател|posiljatelj|salje|salje se|pošiljatelj|"
	    "sender|差出人|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|"
	    "מאת|من|từ|tu|dari|pengirim|ji|frá|o'|ota|送信者|送信元|от:|"
	    "zaslał|da parte di|"
	    "din partea|din|จาก|ผู้ส่ง|người gửi|daripada|kellelt|шаље|"
	    "пошиљалац|од|از|فرستنده|प्रेषक|से|nork|nga|kimdən|от кого|"
	    "أرسلت من|المرسل|sendandi|remitent|frå|"
	    "verzender|o"},
	{LABEL_TO,
	    "to|an|a|à|para|pour|till|til|aan|naar|vastaanottaja|do|komu|"
	    "cimzett|catre|catre:|prima|za|кому|до|до кого|kime|alici|προς|"
	    "παραληπτης|kellele|saaja|kam|sanemejs|gavejas|empfanger|"
	    "destinatario|destinataire|destinatari|mottagare|modtager|"
	    "mottaker|odbiorca|prijemce|prijemca|получатель|одержувач|"
	    "destinatar|primatelj|получател|宛先|收件人|收件者|받는 사람|"
	    "받는사람|אל|נמען|الى|إلى|đến|den|kepada|per|til:|送信先|alıcı|"
	    "recipient|"
	    "prejemnik|pentru|ถึง|tới|người nhận|kellele|adressaat|adresat|"
	    "kome|прима|за|به|گیرنده|प्रति|को|nori|për|per a|kənə|المستلم|"
	    "viðtakandi|primalac|прималац"},
	{LABEL_CC,
	    "cc|c.c.|copie|copie a|copia|kopie|kopia|kopi|kopio|kopija|"
	    "masolat|masolatot kap|dw|do wiadomosci|копия|копія|bilgi|κοιν|"
	    "κοινοποιηση|koopia|抄送|副本|참조|עותק|نسخة|salinan|kopi til|"
	    "kopia till|kopie an|kopie aan|en copie|kópia|copia a|kopie:|"
	    "kopiti|kopi:|cc:|hid|sao|sk|kp|cópia|同報|ref|tembusan|"
	    "в копии|копие"},
	{LABEL_SUBJECT,
	    "subject|betreff|sujet|subiectul|predmet poruke|objet|asunto|"
	    "oggetto|assunto|onderwerp|amne|emne|aihe|temat|predmet|targy|"
	    "subiect|naslov|тема|konu|θεμα|teema|tema|dalykas|件名|主题|"
	    "主旨|主題|제목|נושא|الموضوع|chủ đề|chu đe|perihal|subjek|"
	    "assumpte|efni|zadeva|относно|subj|betr|ämne|temats|"
	    "tiêu đề|หัวเรื่อง|เรื่อง|наслов|предмет|موضوع|विषय|gaia|"
	    "subjekti|lenda|titlu|mövzu|onderwerp:|主　题|主　旨|titill|"
	    "otsikko"},
	{LABEL_DATE,
	    "date|datum|відправлено|data trimiterii|data mesajului|sent|"
	    "gesendet|envoye|envoye le|enviado|enviado el|enviado em|"
	    "inviato|inviata|data|fecha|verzonden|skickat|sendt|lahetetty|"
	    "paivamaara|paivays|wyslano|data wyslania|odeslano|odoslane|"
	    "datum odoslania|kuldve|elkuldve|kuldes ideje|trimis|trimis la|"
	    "poslano|дата|отправлено|дата отправки|надіслано|"
	    "дата надсилання|tarih|gonderme tarihi|gonderildi|gonderilen|"
	    "ημερομηνια|σταλθηκε|εσταλη|kuupaev|saadetud|issiusta|nosutits|"
	    "日付|日時|送信日時|日期|发送时间|發送時間|寄件日期|傳送日期|"
	    "时间|날짜|보낸 날짜|보낸날짜|תאריך|נשלח|التاريخ|تاريخ|"
	    "تم الارسال|ngày|ngay|tanggal|dikirim|dato|enviada em|wyslane|"
	    "wysłano|skickades|dagsetning|изпратено|wysłane|data:|enviat|"
	    "envoyée|datums|sent on|sent at|data invio|gonderim tarihi|"
	    "poslate|poslato|sendt den|datum odeslani|cas|"
	    "expediat|expediat la|ส่ง|ส่งเมื่อ|วันที่|đã gửi|gửi|saadetud:|"
	    "послато|датум|испратено|дата и време|изпратено на|تاریخ|ارسال|"
	    "ارسال شده|दिनांक|भेजा गया|तारीख|bidalia|data|dërguar|dihantar|"
	    "tarikh|تاريخ الإرسال|أرسلت|data e hora|verschickt|enviada|"
	    "sendt:|发送日期|傳送時間|寄件時間|寄件日|發送日期|发送于|göndərilib|datuma|"
	    "date et heure|date d'envoi|data de envio|fecha de envio|"
	    "datum a cas|kelt|időpont|poslane dna|sent date|wysłano dnia"},
	{LABEL_OTHER,
	    "reply-to|reply to|antwort an|antwoord aan|repondre a|"
	    "responder a|rispondi a|risposta|svara till|svar til|"
	    "odpowiedz do|bcc|cci|blindkopie|cco|ccn|importance|"
	    "wichtigkeit|priority|prioritat|importancia|importanza|belang|"
	    "attachments|attachment|anlagen|anhange|anhang|pieces jointes|"
	    "piece jointe|adjuntos|datos adjuntos|allegati|bijlagen|"
	    "bijlage|bilagor|vedlegg|vedhaeftede filer|zalaczniki|prilohy|"
	    "mellekletek|atasamente|вложения|вкладення|ekler|organization|"
	    "organisation|mailed-by|signed-by|list-id|resent-from|"
	    "message-id|user-agent|x-mailer|in-reply-to|newsgroups|"
	    "folgendes an|отговор|security|重要度|返信先|优先级|抄送人|"
	    "kategorie|categories|sensitivity"},
};

static const char wrote[] =
    "wrote|writes|pisze|schrieb|schreibt|geschrieben|a ecrit|ecrit|"
    "escribio|escribe|ha scritto|scrive|scritto|escreveu|escreve|"
    "schreef|geschreven|skrev|skriver|kirjoitti|napisal|napisał|napsal|"
    "napisala|napisao|napisa|irta|a scris|napisol|написал|написала|"
    "пишет|писал|писала|написав|пише|yazdı|yazdi|yazmıs|εγραψε|rase|"
    "rakstija|kirjutas|書きました|のメッセージ|写道|寫道|写到|작성|"
    "쓴 글|כתב|כתבה|كتب|viet:|viết|menulis|va escriure|schreven|"
    "skrifadi|has written|said:|je pisao|je napisal|pravi:|написа|"
    "va scriure|เขียนว่า|เขียนเมื่อ|लिखा|লিখেছেন|نوشت|ha escrit|escribiu|"
    "idatzi du|isinulat|skrifaði|skrifaðir|је написао|пишува|напиша|"
    "shkroi|yazıb|đã viết|დაწერა|ditulis|hat geschrieben|napisao/la|"
    "написао/ла|mengirim|skreiv|rakstīja|kirjutab|さんは書き|のメール|"
    "님이 쓴|님이 보낸|hat folgendes|sent:";

static const char date_starts[] =
    "on |am |le |el |il giorno |il |em |op |den |d. |w dniu |dnia |dne |"
    "dna |v |pe |in data |la |la data |at |kl |kl. |vào |vao |a(z) |az |"
    "ma |dana |dne: |στις |tarihinde |pada |al |el dia |a les |no dia |"
    "a |van |in |mon|tue|wed|thu|fri|sat|sun|-----|---- on|в |у |на |"
    "от |вт|пн|ср|чт|пт|сб|вс|нд|ti|ke|to|pe|la|su|ma|lun|mar|mer|jeu|"
    "ven|sam|dim|quoting |zitat von |citando |citerar |citerer |"
    "lainaus |tor|fre|lör|ons|tir|tis|man|søn|p. |po |út|st |čt|pá|so |"
    "ne |po.|w |wt|śr|czw|pt|sob|niedz|pon|în |in ziua|joi|vineri|"
    "miercuri|marti|luni|sambata|duminica|noong |þann |o dom|o lun|"
    "o mar|o mér|o mer|o xov|o ven|o sáb|dg.|dl.|dt.|dc.|dj.|dv.|ds.|"
    "missatge de |svētd|pirmd|otrd|trešd|ceturtd|piektd|sestd|ned|sre|"
    "čet|pet|sub|uto|нед|пон|уто|сре|чет|пет|суб|در |ใน|เมื่อ|วัน|रवि|"
    "सोम|मंगल|बुध|गुरु|शुक्र|शनि|pühap|esmasp|teisip|kolmap|neljap|reede|"
    "laup|воскресенье|понедельник|вторник|среда|четверг|пятница|суббота|"
    "неділя|понеділок|вівторок|середа|четвер|п'ятниця|субота|às |"
    "kuupäeval|jan |feb |mar |apr |may |jun |jul |aug |sep |oct |nov |"
    "dec |so.|so, |mo.|mo, |di.|di, |mi.|mi, |do.|do, |fr.|fr, |sa.|"
    "sa, |вы писали |hari |lúc |ngày |wiadomość napisana |في |בתאריך |"
    "дана |בתאריך";

static const char original[] =
    "original message|originalnachricht|ursprungliche nachricht|"
    "original nachricht|original-nachricht|ursprungliche mail|"
    "ursprungliche e-mail|message d'origine|message d’origine|"
    "message original|message initial|mensaje original|"
    "messaggio originale|messaggio originario|mensagem original|"
    "oorspronkelijk bericht|originele bericht|ursprungligt meddelande|"
    "originalmeddelande|originalmeddelelse|oprindelig meddelelse|"
    "oprindelig besked|oprindelig mail|original besked|"
    "opprinnelig melding|original melding|alkuperainen viesti|"
    "wiadomosc oryginalna|oryginalna wiadomosc|wiadomość oryginalna|"
    "puvodni zprava|puvodni e-mail|povodna sprava|povodni zprava|"
    "eredeti uzenet|eredeti level|mesaj original|mesajul original|"
    "mesaj initial|izvorna poruka|originalna poruka|izvirno sporocilo|"
    "исходное сообщение|оригинальное сообщение|исходное письмо|"
    "вихідне повідомлення|початкове повідомлення|оригинално съобщение|"
    "orijinal mesaj|orjinal mesaj|orijinal ileti|ozgun ileti|"
    "αρχικο μηνυμα|algne sonum|originali zinute|originalais zinojums|"
    "原始邮件|原始郵件|原邮件|原始信件|原始訊息|元のメッセージ|"
    "원본 메시지|원본 메일|원본메시지|הודעה מקורית|الرسالة الأصلية|"
    "الرسالة الاصلية|thu goc|thư gốc|pesan asli|missatge original|"
    "original mail|original email|original e-mail|original appointment|"
    "urspr. nachricht|originale messaggio|mail original|"
    "courriel original|original-mitteilung|originalmitteilung|"
    "antwort nachricht|antwort-nachricht|reply message|replied message|"
    "回复的原邮件|邮件原件|원본 이메일|원래 메시지|оригинално писмо|"
    "оригінальне повідомлення|оригінальний лист|оригинальное письмо|"
    "оригинална порука|ข้อความต้นฉบับ|ข้อความเดิม|tin nhắn gốc|mesej asal|"
    "algne kiri|originalus laiškas|sākotnējais ziņojums|پیام اصلی|"
    "origineel bericht|oorspronkelijke bericht|originální zpráva|"
    "originálna správa|původní e-mail|correo original|e-mail original|"
    "email original|oprindelig e-mail|opprinnelig e-post|"
    "ursprungligt mejl|alkuperäinen sähköposti|eredeti e-mail|"
    "izvirno pismo|orijinal e-posta|messaggio di origine|मूल संदेश|"
    "mesazhi origjinal|upprunaleg skilaboð|jatorrizko mezua|"
    "mensaxe orixinal|----original----|---original---|-original-|"
    "message from";

static const char forwarded[] =
    "forwarded message|forwarded by|forwarded email|forwarded mail|"
    "begin forwarded message|forwarded conversation|fwd by|"
    "weitergeleitete nachricht|weitergeleitete mail|"
    "weitergeleitete e-mail|weitergeleiteten nachricht|"
    "weitergeleitet von|message transfere|message transmis|"
    "debut du message reexpedie|message reexpedie|mensaje reenviado|"
    "mensaje remitido|inicio del mensaje reenviado|messaggio inoltrato|"
    "inizio messaggio inoltrato|messaggio girato|mensagem encaminhada|"
    "mensagem reencaminhada|inicio da mensagem|"
    "mensagem original encaminhada|doorgestuurd bericht|"
    "begin doorgestuurd|doorgezonden bericht|vidarebefordrat|"
    "vidarebefordrade|vidaresant|videresendt|videresendte|videresend|"
    "start pa videresendt|edelleen lahetetty|edelleenlahetetty|"
    "valitetty viesti|valitetyn viestin|edelleenlahetetyn|"
    "edelleen lahetetyn|przekazana wiadomosc|wiadomosc przekazana|"
    "przekazywana wiadomosc|przekazana wiadomość|wiadomość przekazana|"
    "przekazanej wiadomosci|początek przekazywanej|"
    "poczatek przekazywanej|przeslana wiadomosc|przesłana wiadomość|"
    "treść przekazanej|preposlana zprava|preposlane zpravy|"
    "preposielana sprava|preposlana sprava|preposlanej spravy|"
    "preposlany|preposlana|tovabbitott uzenet|tovabbitott level|"
    "tovabbitott|mesaj redirectionat|mesajul redirectionat|"
    "mesaj redirecționat|mesaj transmis|mesajului redirectionat|"
    "redirectionat|proslijedena poruka|proslijeđena poruka|"
    "proslijeđene poruke|proslijeđenu poruku|proslijedenu poruku|"
    "prosleđenu poruku|proslijedene poruke|prosledjena poruka|"
    "prosleđena poruka|posredovano sporocilo|preposlano sporocilo|"
    "препратено съобщение|пересылаемое сообщение|пересылаемое письмо|"
    "пересланное сообщение|пересланное письмо|"
    "перенаправленное сообщение|начало переадресованного|"
    "переадресованное|переслане повідомлення|"
    "перенаправлене повідомлення|початок переадресованого|переслане|"
    "перенаправлено|перенаправлене|iletilmis mesaj|iletilmis ileti|"
    "iletilen mesaj|yonlendirilen mesaj|yonlendirilmis|iletilen ileti|"
    "iletilmiş|iletilen|προωθημενο μηνυμα|προωθημενο|edastatud kiri|"
    "edastatud sonum|persiusta zinute|persiustas|parsutita zina|"
    "parsutits|转发的邮件|轉寄的郵件|轉寄郵件|转发邮件|轉寄訊息|已转发|"
    "転送されたメッセージ|転送メッセージ|転送メール|전달된 메시지|"
    "전달한 메시지|הודעה שהועברה|הודעה מועברת|הועברה|رسالة معاد توجيهها|"
    "الرسالة المعاد توجيهها|رسالة محولة|thu chuyen tiep|"
    "tin nhan đuoc chuyen tiep|chuyển tiếp|pesan terusan|"
    "pesan yang diteruskan|missatge reenviat|framsent skilabod|"
    "aframsent";

/* At the beginning or the end of a line. */
static const char mobile[] =
    "sent from my |sent from mail |sent from outlook|sent from yahoo|"
    "sent from samsung|sent from gmail|sent from aol|sent via |"
    "sent on the go|sent with |sent using |sent by my |sent from mobile|"
    "sent from a mobile|sent from an iphone|sent from iphone|"
    "sent from an android|sent from android|von meinem |von meiner |"
    "gesendet mit |gesendet von |gesendet aus |"
    "diese nachricht wurde von meinem |envoye de mon |envoye depuis |"
    "envoye a partir |enviado desde |enviado do meu |enviado de mi |"
    "enviado a partir |inviato da |inviato dal |verzonden vanaf |"
    "verstuurd vanaf |verzonden met |skickat fran |skickad fran |"
    "sendt fra |sendt med |lahetetty |wyslane z |wysłane z |wysłano z |"
    "wyslano z |odeslano z |odoslane z |elkuldve |kuldve |trimis de pe |"
    "trimis din |poslano s |poslano iz |отправлено с |отправлено из |"
    "отправлено через |надіслано з |изпратено от |iphone'umdan|"
    "iphone'dan gonderildi|gonderildi|σταλθηκε απο|εσταλη απο|"
    "saadetud minu |issiusta is |nosutits no |我的iphone|从我的|"
    "发自我的|發自我的|從我的|iphoneから送信|から送信|나의 iphone|"
    "에서 보냄|נשלח מה|נשלח מ|أرسلت من|ارسلت من|مرسل من|نشر من |gui tu |"
    "gửi từ |dikirim dari |enviat des de|sent through |"
    "this message was sent from my|sent from proton|sent from tutanota|"
    "sent from spark|sent from fastmail|securely sent with|"
    "yahoo mail: search, organize, conquer|get bluemail for|"
    "provenance : courrier|küldve az |készülékemről|odesláno ze |"
    "odoslané zo |poslato sa |poslato s |послато са |послато с |"
    "испратено од |来自我的|發送自我的|发自 |發自 |傳送自我的|"
    "从 windows 版邮件发送|寄件者 windows|ส่งจาก |gửi bằng |"
    "dihantar daripada |dihantar dari |dikirim dengan |sent frá |"
    "frá iphone|ارسال شده از |فرستاده شده |تم الإرسال من |مرسلة من |"
    "أرسل من |nосылано|išsiųsta |saadetud |bidalita nire |"
    "iphone’dan gönder|cihazımdan|iphone से भेजा|versendet mit |"
    "versendet von |envoyé avec |expédié de |enviado con |inviato con |"
    "verstuurd met |sänt från |sendt via |wysłane przez |wysłano przez |"
    "verzonden vanuit |verstuurd vanuit |đã gửi từ |"
    "sent from the all new aol|sent from bluemail|sent from nine|"
    "sent from front|sent from newton|sent from superhuman|"
    "sent from boxer|sent from edison|sent from typeapp|"
    "sent from aqua mail|sent from hey|sent from zoho|"
    "sent from windows mail|sent from canary|sent from airmail|"
    "sent from mimestream|sent from missive|sent from huawei|"
    "sent from xiaomi|sent from lg|sent from sony|sent from motorola|"
    "sent from nokia|sent from a samsung|sent from an ipad|"
    "sent from ipad|sent from t-mobile|sent from verizon|"
    "sent from mail.ru|mit der mobilen mail app";

static const char outlook[] =
    "get outlook for |obtenez outlook |telecharger outlook|"
    "obtener outlook |obtenha o outlook|scarica outlook|ottieni outlook|"
    "hamta outlook|hent outlook|hanki outlook|pobierz outlook|"
    "ziskat outlook|laden sie outlook|obtenir outlook|obtener outlook|"
    "obter o outlook|obtenha outlook|outlook ophalen|skaffa outlook|"
    "få outlook|skaff deg outlook|pobierz program outlook|"
    "stáhnout outlook|získat outlook|stiahnuť outlook|získať outlook|"
    "outlook beszerzése|szerezze be az outlook|obțineți outlook|"
    "descărcați outlook|nabavite outlook|preuzmite outlook|"
    "preuzmi outlook|pridobite outlook|prenesite outlook|"
    "получить outlook|скачать outlook|загрузить outlook|"
    "отримати outlook|завантажити outlook|изтеглете outlook|"
    "вземете outlook|android için outlook|ios için outlook|"
    "λήψη του outlook|αποκτήστε το outlook|קבל את outlook|"
    "הורד את outlook|الحصول على outlook|تنزيل outlook|ดาวน์โหลด outlook|"
    "รับ outlook|tải outlook|dapatkan outlook|unduh outlook|"
    "获取 outlook|下载 outlook|取得 android 版|取得 ios 版|取得 outlook|"
    "下載 outlook|outlook für android beziehen|outlook für ios beziehen|"
    "outlook für android herunterladen|outlook für ios herunterladen|"
    "outlook voor android downloaden|outlook voor ios downloaden|"
    "outlook voor android ophalen|outlook voor ios ophalen|"
    "outlook for android を入手|outlook for ios を入手|"
    "版 outlook を入手|outlook 다운로드|获取适用于 android|"
    "获取适用于 ios";

/* Anywhere in a line. */
static const char footer[] =
    "diese mail wurde |diese e-mail wurde von avast|"
    "this email has been checked for viruses|virus-free. www|"
    "virus-free.www|www.avast.com|www.avg.com|"
    "brevity and typos|excuse typos|excuse brevity|"
    "please excuse any typos|mit k-9 mail|with k-9 mail|avec k-9 mail|"
    "k-9 mail|blackberry|consider the environment|"
    "think before you print|environment before printing|"
    "before printing this e|denken sie an die umwelt|"
    "bevor sie diese e-mail|der umwelt zuliebe|avant d'imprimer ce|"
    "medio ambiente antes de|antes de imprimir este|"
    "meio ambiente antes de|prima di stampare questa|"
    "denk aan het milieu|taenk pa miljoet|tenk pa miljoet|"
    "tank pa miljon|virus-free.www|avast.com/sig-email|aka.ms/|"
    "pensez a l'environnement|virenfrei. www";

/* How the subject of an answering machine begins. */
static const char away[] =
    "automatic reply|auto reply|auto-reply|autoreply|auto response|"
    "auto-response|autoresponse|automated reply|automated response|"
    "automatic response|out of office|out of the office|out-of-office|"
    "ooo|vacation reply|vacation response|vacation message|away message|"
    "on vacation|on holiday|automatische antwort|"
    "automatische ruckantwort|abwesenheitsnotiz|abwesenheitsnachricht|"
    "abwesenheitsmeldung|abwesenheitsassistent|abwesenheit|abwesend|"
    "nicht im buro|reponse automatique|message automatique d'absence|"
    "message d'absence|absence du bureau|absent du bureau|"
    "absente du bureau|absence|respuesta automatica|fuera de la oficina|"
    "fuera de oficina|mensaje de ausencia|risposta automatica|"
    "risponditore automatico|fuori ufficio|fuori sede|"
    "assenza dall'ufficio|messaggio di assenza|resposta automatica|"
    "fora do escritorio|ausente do escritorio|ausencia temporaria|"
    "mensagem de ausencia|automatisch antwoord|"
    "automatische beantwoording|afwezigheidsbericht|afwezigheid|afwezig|"
    "automatiskt svar|autosvar|franvaromeddelande|franvaro|franvarande|"
    "automatisk svar|automatisk besvarelse|fraværende|fravær|"
    "ikke til stede|ikke på kontoret|automaattinen vastaus|"
    "automaattivastaus|poissaoloilmoitus|poissaolo|poissa toimistosta|"
    "odpowiedz automatyczna|automatyczna odpowiedz|autoodpowiedz|"
    "nieobecnosc|poza biurem|automaticka odpoved|"
    "oznameni o nepritomnosti|nepritomnost|mimo kancelar|"
    "oznamenie o nepritomnosti|automatikus valasz|hazon kivul|"
    "irodan kivul|szabadsagon|raspuns automat|absent din birou|"
    "in afara biroului|automatski odgovor|izvan ureda|samodejni odgovor|"
    "odsotnost|odsoten|автоматичен отговор|извън офиса|"
    "автоматический ответ|автоответ|автоматический ответчик|вне офиса|"
    "нет на месте|автоматична відповідь|автовідповідь|відсутній|"
    "аутоматски одговор|otomatik yanıt|otomatik cevap|otomatik yanit|"
    "ofis dışında|is yerinde degil|αυτοματη απαντηση|εκτος γραφειου|"
    "מענה אוטומטי|תשובה אוטומטית|מחוץ למשרד|رد تلقائي|الرد التلقائي|"
    "خارج المكتب|پاسخ خودکار|automaatvastus|automatiska atbilde|"
    "automātiskā atbilde|automatinis atsakymas|fora de l'oficina|"
    "sjalfvirkt svar|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|"
    "trả lời tự động|tra loi tu đong|balasan otomatis|jawaban otomatis|"
    "balasan automatik|自動応答|自動返信|不在通知|自动回复|自动答复|"
    "自動回覆|自動回復|자동 회신|자동회신|자동 응답|부재중|स्वचालित उत्तर";

/* Words of sentences, which no name is made of. */
static const char common[] =
    "the|your|our|my|his|her|their|this|that|me|us|mir|uns|mich|ihm|ihr|"
    "ihre|ihnen|die|der|das|den|dem|ein|eine|mein|meine|unser|jemand|"
    "mon|ma|mes|notre|nos|vos|votre|leur|un|une|des|nous|vous|lui|mi|su|"
    "tu|mis|sus|nuestro|nuestra|una|mio|mia|suo|sua|vostro|il|meu|minha|"
    "seu|voce|mij|ons|mijn|onze|jullie|mig|oss|min|mitt|er|din|deres|"
    "moj|nam|mne|мне|нам|мой|ваш|наш";

/* Words in small letters that programs write around a name. */
static const char around[] =
    "keltezessel|tarihinde|uporabnik|uzytkownik|uzivatel|korisnik|"
    "odesilatel|pouzivatel|pouzivatelj|brukeren|пользователь|користувач|"
    "volgende|folgendes|oseba|kello|klokken|kuupaeval|lietotajs|χρηστης|"
    "alkaen|scris|escrit|escriure|napisao|napisana|przez|horas|heeft|"
    "следующее|sunu|sunlari|idopontban|datummal";

static const char reply_above[] =
    "reply above this line|reply above the line|answer above this line|"
    "response above this line|reply above the dotted|type your reply above|"
    "write your reply above|oberhalb dieser linie|uber dieser linie|"
    "oberhalb dieser zeile|uber dieser zeile|au-dessus de cette ligne|"
    "encima de esta linea|por encima de esta|sobre esta linea|"
    "sopra questa riga|al di sopra di questa|acima desta linha|"
    "boven deze regel|boven deze lijn|ovanfor denna rad|ovanfor den har|"
    "over denne linje|over denne linjen|taman rivin ylapuolelle|"
    "powyzej tej linii|nad tento radek|nad tuto radku|nad tento riadok|"
    "e vonal fole|deasupra acestei linii|iznad ove linije|"
    "nad to vrstico|выше этой строки|выше этой линии|вище цього рядка|"
    "над тази линия|bu satirin uzerine|bu cizginin uzerine|"
    "πανω απο αυτη τη γραμμη|この行より上|이 줄 위|在此行上方|在这条线上方";

static const char legal[] =
    "confidential|privileged|intended recipient|intended solely|"
    "intended only|unauthorized|unauthorised|disclos|notify the sender|"
    "delete this|delete it|delete the|received this e-mail in error|"
    "received this email in error|received this message in error|"
    "received it in error|vertraulich|rechtlich geschutzt|unbefugt|"
    "irrtumlich|nicht der richtige adressat|vernichten sie|"
    "strictement reserve|confidentiel|destinataire|par erreur|confidencial|"
    "destinatario|por error|por engano|riservat|per errore|vertrouwelijk|"
    "geadresseerde|konfidentiell|mottagare|fortrolig|utilsiktet|"
    "luottamuksell|poufn|adresat|duvern|dover|bizalmas|confidentiala|"
    "povjerljiv|конфиденциальн|получател|конфіденційн|gizli|εμπιστευτικ|"
    "before printing|think before you print|consider the environment|"
    "environment before|registered in england|virus|機密|机密|保密|기밀";
/* Words by which a sender says that she has answered ... */
static const char answers[] =
    "answers|my answer|my answer is|comments|replies|responses|my response|"
    "my reply|my remarks|remarks|answered|replied|responded|antworten|"
    "meine antwort|kommentare|anmerkungen|beantwortet|geantwortet|réponses|"
    "répondu|ma réponse|commentaires|remarques|respuestas|respondido|"
    "mi respuesta|comentarios|respostas|respondi|minha resposta|comentários|"
    "risposte|risposto|la mia risposta|commenti|antwoorden|mijn antwoord|"
    "opmerkingen|beantwoord|svar|svaren|svaret|svarat|svarene|svarer|"
    "kommentarer|vastaukset|vastaukseni|kommentit|odpowiedzi|odpowiedź|"
    "komentarze|uwagi|odpovědi|odpověď|poznámky|komentáře|odpovede|poznámky|"
    "válaszok|válaszaim|válaszaimat|răspunsuri|răspunsurile|odgovori|"
    "odgovore|ответы|ответил|ответила|отвечаю|комментарии|відповіді|отговори|"
    "απαντήσεις|cevaplar|cevaplarım|yanıtlar|yanıtlarım|vastused|atsakymai|"
    "atsakymus|atbildes|câu trả lời|trả lời|jawaban|回答|回复|回覆|答复|返信|답변|תשובות|"
    "ردود|إجابات";

/* ... and that the answers stand among the words of others. */
static const char places[] =
    "below|underneath|inline|in line|in-line|in between|between the lines|"
    "in red|in blue|in green|in purple|in orange|in bold|in capitals|in caps|"
    "unten|darunter|im text|zwischen den zeilen|in rot|rot markiert|"
    "in roter schrift|in blau|in grün|ci-dessous|plus bas|dans le texte|"
    "en rouge|en bleu|en vert|en gras|abajo|más abajo|a continuación|en rojo|"
    "en azul|en verde|en el texto|abaixo|em vermelho|em azul|em verde|"
    "no texto|sotto|di seguito|in rosso|in blu|in verde|nel testo|hieronder|"
    "onder|in het rood|in rood|in het blauw|in blauw|in de tekst|"
    "tussen de regels|nedan|nedenfor|i rött|med rött|i blått|i rødt|med rødt|"
    "med blått|med blåt|i teksten|i texten|alempana|alla|punaisella|"
    "sinisellä|tekstissä|poniżej|w treści|w tekście|na czerwono|na niebiesko|"
    "níže|v textu|červeně|modře|nižšie|červenou|modrou|alább|lent|pirossal|"
    "kékkel|mai jos|în text|cu roșu|ispod|dolje|crveno|crvenom|plavom|ниже|"
    "в тексте|красным|синим|нижче|червоним|по-долу|в червено|παρακάτω|"
    "με κόκκινο|aşağıda|kırmızı|mavi|allpool|žemiau|zemāk|bên dưới|di bawah|"
    "merah|下面|以下|红色|紅色|赤字|赤で|青字|下記|インライン|아래|빨간|למטה|באדום|أدناه|بالأحمر";
/* clang-format on */

#define PHRASES_MOST 400 /* in one list */

/* A list folded like the text it is compared with, by its first bytes. */
struct phrases {
	struct bytes *v;
	unsigned short from[257]; /* those that begin with byte c: from[c]
				     up to from[c + 1] */
};

static struct phrases label_set[sizeof labels / sizeof *labels];
static struct phrases wrote_set;
static struct phrases date_set;
static struct phrases original_set;
static struct phrases away_set;
static struct phrases common_set;
static struct phrases around_set;
static struct phrases reply_above_set;
static struct phrases forwarded_set;
static struct phrases mobile_set;
static struct phrases outlook_set;
static struct phrases footer_set;
static struct phrases legal_set;
static struct phrases answers_set;
static struct phrases places_set;
static struct arena kept; /* for the life of the process */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The next phrase of a list divided by "|". */
static bool
next_phrase(const char **list, struct bytes *phrase)
{
	size_t n = strcspn(*list, "|");

	if (n == 0)
		return false;
	*phrase = (struct bytes){ *list, n };
	*list += n + ((*list)[n] == '|');
	return true;
}

static void
fold_list(struct phrases *set, const char *list)
{
	struct buf out = { 0 };
	const char *text, *at;
	struct bytes phrase;
	unsigned short used[256];

	text_fold(&out, list, strlen(list));
	text = arena_strn(&kept, buf_text(&out), out.len);
	buf_free(&out);
	for (at = text; next_phrase(&at, &phrase);)
		set->from[(unsigned char)phrase.s[0] + 1]++;
	for (int c = 0; c < 256; c++) {
		set->from[c + 1] =
		    (unsigned short)(set->from[c + 1] + set->from[c]);
		used[c] = set->from[c];
	}
	set->v = arena_array(&kept, set->from[256], sizeof *set->v);
	for (at = text; next_phrase(&at, &phrase);)
		set->v[used[(unsigned char)phrase.s[0]]++] = phrase;
}

static void
fold_lists(void)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		fold_list(&label_set[i], labels[i].words);
	fold_list(&wrote_set, wrote);
	fold_list(&date_set, date_starts);
	fold_list(&original_set, original);
	fold_list(&away_set, away);
	fold_list(&common_set, common);
	fold_list(&around_set, around);
	fold_list(&reply_above_set, reply_above);
	fold_list(&forwarded_set, forwarded);
	fold_list(&mobile_set, mobile);
	fold_list(&outlook_set, outlook);
	fold_list(&footer_set, footer);
	fold_list(&legal_set, legal);
	fold_list(&answers_set, answers);
	fold_list(&places_set, places);
}

struct bytes
phrase_fold(struct folding *f, struct bytes s)
{
	size_t n = 0;

	pthread_once(&once, fold_lists);
	buf_clear(&f->out);
	if (f->used++ >= FOLDS_MOST)
		return (struct bytes){ "", 0 };
	s = bytes_trim(s);
	text_fold(&f->out, s.s, s.n);
	for (size_t i = 0; i < f->out.len; i++) {
		char c = f->out.data[i];

		if (!is_blank(c))
			f->out.data[n++] = c;
		else if (n > 0 && f->out.data[n - 1] != ' ')
			f->out.data[n++] = ' ';
	}
	if (f->out.data)
		buf_cut(&f->out, n);
	return bytes_trim((struct bytes){ buf_text(&f->out), f->out.len });
}

void
phrase_done(struct folding *f)
{
	buf_free(&f->out);
}

/* Does s begin with it?  The second byte tells most of them apart. */
static bool
begins_with(struct bytes s, const struct bytes *p)
{
	return p->n <= s.n && (p->n == 1 || p->s[1] == s.s[1]) &&
	       memcmp(s.s, p->s, p->n) == 0;
}

/* Does s, which is not empty, begin with a phrase of the set? */
static bool
begins_phrase(const struct phrases *set, struct bytes s)
{
	unsigned char c = (unsigned char)s.s[0];

	for (int i = set->from[c]; i < set->from[c + 1]; i++)
		if (begins_with(s, &set->v[i]))
			return true;
	return false;
}

/* Is s one of the set? */
static bool
is_phrase(const struct phrases *set, struct bytes s)
{
	unsigned char c = (unsigned char)s.s[0];

	for (int i = set->from[c]; i < set->from[c + 1]; i++)
		if (set->v[i].n == s.n && memcmp(set->v[i].s, s.s, s.n) == 0)
			return true;
	return false;
}

enum label
phrase_label(struct bytes folded)
{
	if (folded.n == 0 || folded.n > 40)
		return LABEL_NONE;
	for (size_t k = 0; k < sizeof labels / sizeof *labels; k++)
		if (is_phrase(&label_set[k], folded))
			return labels[k].label;
	return LABEL_NONE;
}

static bool
has_phrase(const struct phrases *set, struct bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (begins_phrase(set, bytes_cut(s, i, s.n)))
			return true;
	return false;
}

/* The same of whole words, where words are divided by blanks. */
static bool
has_words(const struct phrases *set, struct bytes s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.s[i];

		if (i > 0 && is_letter(s.s[i - 1]))
			continue;
		for (int k = set->from[c]; k < set->from[c + 1]; k++) {
			size_t end = i + set->v[k].n;

			if (begins_with(bytes_cut(s, i, s.n), &set->v[k]) &&
			    (end == s.n || !is_letter(s.s[end])))
				return true;
		}
	}
	return false;
}

bool
phrase_answers_below(struct bytes folded)
{
	return has_words(&places_set, folded) &&
	       has_words(&answers_set, folded);
}

bool
phrase_wrote(struct bytes folded)
{
	return has_phrase(&wrote_set, folded);
}

bool
phrase_begins_date(struct bytes folded)
{
	return folded.n > 0 && begins_phrase(&date_set, folded);
}

bool
phrase_original(struct bytes folded)
{
	return has_phrase(&original_set, folded);
}

bool
phrase_reply_above(struct bytes folded)
{
	return has_phrase(&reply_above_set, folded);
}

bool
phrase_forwarded(struct bytes folded)
{
	return has_phrase(&forwarded_set, folded);
}

/*
 * The length of the longest phrase of the set with which s begins, or ends
 * but for a full stop; 0 if there is none.
 */
static size_t
anchored(const struct phrases *set, struct bytes s)
{
	struct bytes end = s;
	size_t most = 0;

	if (end.s[end.n - 1] == '.')
		end.n--;
	for (int i = 0; i < set->from[256]; i++) {
		struct bytes p = set->v[i];
		struct bytes bare = bytes_trim(p);

		if (p.n > most &&
		    (begins_with(s, &p) ||
			(bare.n <= end.n && memcmp(end.s + end.n - bare.n,
						bare.s, bare.n) == 0)))
			most = p.n;
	}
	return most;
}

#define LONG_PHRASE 15 /* bytes that no sentence has by chance */

/* More than a program says: a question, several sentences, many words. */
static bool
is_sentence(struct bytes s, size_t phrase)
{
	int words = 0;

	for (size_t i = 0; i < s.n;) {
		struct bytes word = bytes_cut(s, i, s.n);
		size_t n = 0;

		while (n < word.n && word.s[n] != ' ')
			n++;
		word.n = n;
		i += n + 1;
		if (strchr("<[(", word.s[0]) || bytes_begin(word, "http"))
			continue;
		words++;
		if (strchr("?!", word.s[n - 1]) ||
		    (word.s[n - 1] == '.' && n > 4 && i < s.n))
			return true;
	}
	return words > 12 ||
	       (words > 6 && s.s[s.n - 1] == '.' && phrase < LONG_PHRASE);
}

bool
phrase_mobile(struct bytes folded)
{
	size_t phrase;

	while (folded.n > 0 && strchr("-_*~> ", folded.s[0]))
		folded = bytes_cut(folded, 1, folded.n);
	if (folded.n == 0 || folded.n >= 200)
		return false;
	if (has_phrase(&footer_set, folded))
		return memchr(folded.s, '?', folded.n) == NULL;
	phrase = anchored(&mobile_set, folded);
	if (phrase == 0)
		phrase = anchored(&outlook_set, folded);
	return phrase > 0 && !is_sentence(folded, phrase);
}

size_t
phrase_away(struct bytes folded)
{
	size_t most = 0;

	for (int i = 0; i < away_set.from[256]; i++)
		if (away_set.v[i].n > most &&
		    begins_with(folded, &away_set.v[i]))
			most = away_set.v[i].n;
	return most;
}

bool
phrase_common(struct bytes folded)
{
	return folded.n > 0 && is_phrase(&common_set, folded);
}

bool
phrase_around(struct bytes folded)
{
	return folded.n > 0 && is_phrase(&around_set, folded);
}

int
phrase_legal(struct bytes folded)
{
	bool seen[PHRASES_MOST] = { false };
	int n = 0;

	for (size_t i = 0; i < folded.n; i++) {
		struct bytes rest = bytes_cut(folded, i, folded.n);
		unsigned char c = (unsigned char)rest.s[0];

		for (int k = legal_set.from[c]; k < legal_set.from[c + 1]; k++)
			if (!seen[k] && begins_with(rest, &legal_set.v[k])) {
				seen[k] = true;
				n++;
			}
	}
	return n;
}
