/*
 * quotes.c -- the quotes and closings of many programs and languages.
 */
#include "sample.h"

#include "base/buf.h"

#define SAY         "Das passt mir sehr gut so.\n\nAnn"
#define PLAIN       "Hallo Ann, ist der Ring angekommen?\n\nShop\n"
#define MARKS       "> Hallo Ann, ist der Ring angekommen?\n>\n> Shop\n"
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* The line above a quote, in fifty languages and as many programs. */
static const char *const attributions[] = {
	"On Sun, Nov 22, 2026 at 10:00\u202fAM Shop <s@shop.example> wrote:",
	"Am So., 22. Nov. 2026 um 10:00 Uhr schrieb Shop <s@shop.example>:",
	"Le dim. 22 nov. 2026 à 10:00, Shop <s@shop.example> a écrit :",
	"El dom, 22 nov 2026 a las 10:00, Shop (<s@shop.example>) escribió:",
	("Il giorno dom 22 nov 2026 alle ore 10:00 Shop <s@shop.example> ha "
	 "scritto:"),
	("Em dom., 22 de nov. de 2026 às 10:00, Shop <s@shop.example> escrev"
	 "eu:"),
	"Shop <s@shop.example> escreveu (domingo, 22/11/2026 à(s) 10:00):",
	"Op zo 22 nov 2026 om 10:00 schreef Shop <s@shop.example>:",
	"Den sön 22 nov. 2026 kl 10:00 skrev Shop <s@shop.example>:",
	"Den søn. 22. nov. 2026 kl. 10.00 skrev Shop <s@shop.example>:",
	"søn. 22. nov. 2026 kl. 10:00 skrev Shop <s@shop.example>:",
	"su 22. marrask. 2026 klo 10.00 Shop (s@shop.example) kirjoitti:",
	"niedz., 22 lis 2026 o 10:00 Shop <s@shop.example> napisał(a):",
	"ne 22. 11. 2026 v 10:00 odesílatel Shop <s@shop.example> napsal:",
	"ne 22. 11. 2026 o 10:00 Shop <s@shop.example> napísal(a):",
	("Shop <s@shop.example> ezt írta (időpont: 2026. nov. 22., V, 10:00)"
	 ":"),
	"În dum., 22 nov. 2026 la 10:00, Shop <s@shop.example> a scris:",
	"ned, 22. stu 2026. u 10:00 Shop <s@shop.example> napisao je:",
	"нед, 22. нов 2026. 10:00 Shop <s@shop.example> је написао/ла:",
	"ned, 22. nov 2026. 10:00 Shop <s@shop.example> je napisao/la:",
	("V V ned., 22. nov. 2026 ob 10:00 je oseba Shop <s@shop.example> na"
	 "pisala:"),
	"На нд, 22.11.2026 г. в 10:00 ч. Shop <s@shop.example> написа:",
	"вс, 22 нояб. 2026 г. в 10:00, Shop <s@shop.example>:",
	"нд, 22 лист. 2026 р. о 10:00 Shop <s@shop.example> пише:",
	("Shop <s@shop.example>, 22 Kas 2026 Paz, 10:00 tarihinde şunu yazdı"
	 ":"),
	("Στις Κυρ 22 Νοε 2026 στις 10:00 π.μ., ο/η Shop <s@shop.example> έγ"
	 "ραψε:"),
	("\u202bבתאריך יום א׳, 22 בנוב׳ 2026 ב-10:00 מאת \u202aShop\u202c"
	 "\u200f <\u202as@shop.example\u202c\u200f>:\u202c"),
	("في الأحد، 22 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة \u202a"
	 "Shop\u202c\u200f <\u202as@shop.example\u202c\u200f>:"),
	("في الأحد، 22 نوفمبر، 2026 10:00 ص \u202aShop\u202c\u200f <\u202as@"
	 "shop.example\u202c\u200f> كتب:"),
	("در تاریخ یکشنبه ۲۲ نوامبر ۲۰۲۶،\u200f ۱۰:۰۰ Shop <s@shop.example> "
	 "نوشت:"),
	"ในวันที่ อา. 22 พ.ย. 2026 เวลา 10:00 Shop <s@shop.example> เขียนว่า:",
	"Shop <s@shop.example> เขียนเมื่อ วันอา. 22 พ.ย. 2026 เวลา 10:00 น.:",
	("Vào CN, 22 thg 11, 2026 vào lúc 10:00 Shop <s@shop.example> đã viế"
	 "t:"),
	("Pada tanggal Min, 22 Nov 2026 pukul 10.00 Shop <s@shop.example> me"
	 "nulis:"),
	"Pada Ahd, 22 Nov 2026 pada 10:00 PG Shop <s@shop.example> menulis:",
	"2026年11月22日(日) 10:00 Shop <s@shop.example>:",
	"2026년 11월 22일 (일) 오전 10:00, Shop <s@shop.example>님이 작성:",
	"Shop <s@shop.example> 于2026年11月22日周日 10:00写道：",
	"Shop <s@shop.example> 於 2026年11月22日 週日 上午10:00寫道：",
	("Shop <s@shop.example> kirjutas kuupäeval P, 22. november 2026 kell"
	 " 10:00:"),
	("svētd., 2026. g. 22. nov., plkst. 10:00 — lietotājs Shop (<s@shop."
	 "example>) rakstīja:"),
	"2026-11-22, sk, 10:00 Shop <s@shop.example> rašė:",
	("Missatge de Shop <s@shop.example> del dia dg., 22 de nov. 2026 a l"
	 "es 10:00:"),
	"रवि, 22 नव॰ 2026 को 10:00 am बजे को Shop <s@shop.example> ने लिखा:",
	"Þann sun., 22. nóv. 2026 kl. 10:00 skrifaði Shop <s@shop.example>:",
	"O dom, 22 nov 2026 ás 10:00, Shop (<s@shop.example>) escribiu:",
	("Hau idatzi du Shop (<s@shop.example>) erabiltzaileak (2026 aza. 22"
	 ", ig. (10:00)):"),
	("Noong Lin, Nob 22, 2026 nang 10:00 AM, isinulat ni Shop <s@shop.ex"
	 "ample>:"),
	("রবি, ২২ নভে., ২০২৬ তারিখে ১০:০০ AM টায় Shop <s@shop.example> লিখেছ"
	 "েন:"),
	"კვი, 22 ნოე. 2026, 10:00-ზე Shop <s@shop.example>-მა დაწერა:",
	"On 22. Nov 2026, at 10:00, Shop <s@shop.example> wrote:",
	"Am 22.11.2026 um 10:00 schrieb Shop <s@shop.example>:",
	"Le 22 nov. 2026 à 10:00, Shop <s@shop.example> a écrit :",
	"El 22 nov 2026, a las 10:00, Shop <s@shop.example> escribió:",
	("Il giorno 22 nov 2026, alle ore 10:00, Shop <s@shop.example> ha sc"
	 "ritto:"),
	("Op 22 nov 2026, om 10:00 heeft Shop <s@shop.example> het volgende "
	 "geschreven:"),
	"22 nov. 2026 kl. 10:00 skrev Shop <s@shop.example>:",
	"Den 22. nov. 2026 kl. 10.00 skrev Shop <s@shop.example>:",
	"22. nov. 2026 kl. 10:00 skrev Shop <s@shop.example>:",
	"Shop <s@shop.example> kirjoitti 22.11.2026 kello 10.00:",
	("Wiadomość napisana przez Shop <s@shop.example> w dniu 22.11.2026, "
	 "o godz. 10:00:"),
	("Wiadomość napisana przez Shop <s@shop.example> w dniu 22 lis 2026,"
	 " o godz. 10:00:"),
	"No dia 22/11/2026, às 10:00, Shop <s@shop.example> escreveu:",
	"Em 22 de nov. de 2026, à(s) 10:00, Shop <s@shop.example> escreveu:",
	"22. 11. 2026 v 10:00, Shop <s@shop.example>:",
	("2026. nov. 22. dátummal, 10:00 időpontban Shop <s@shop.example> ír"
	 "ta:"),
	"Pe 22 nov. 2026, la 10:00, Shop <s@shop.example> a scris:",
	"Shop <s@shop.example> je napisao dana 22.11.2026. u 10:00:",
	("Dana 22. 11. 2026., u 10:00, korisnik Shop <s@shop.example> napisa"
	 "o je:"),
	"Dňa 22. novembra 2026 používateľ Shop <s@shop.example> napísal:",
	"22 нояб. 2026 г., в 10:00, Shop <s@shop.example> написал(а):",
	"22 лист. 2026 р. о 10:00 Shop <s@shop.example> пише:",
	"Shop <s@shop.example> şunları yazdı (22 Kas 2026 10:00):",
	("Στις 22 Νοε 2026, στις 10:00, ο χρήστης Shop <s@shop.example> έγρα"
	 "ψε:"),
	("\u200fב-22 בנוב׳ 2026, בשעה 10:00, \u200fShop <\u200fs@shop.exampl"
	 "e> כתב/ה:"),
	"في ٢٢ نوفمبر ٢٠٢٦، الساعة ١٠:٠٠ ص، كتب Shop <s@shop.example>:",
	"في ٢٢/١١/٢٠٢٦، الساعة ١٠:٠٠ ص، كتب/كتبت Shop <s@shop.example>:",
	"เมื่อวันที่ 22 พ.ย. 2569 เวลา 10:00 Shop <s@shop.example> เขียนว่า:",
	"Shop <s@shop.example> เขียนเมื่อ 22 พ.ย. 2569 เวลา 10:00:",
	"Vào 22 thg 11, 2026, lúc 10:00, Shop <s@shop.example> đã viết:",
	"Pada 22 Nov 2026, pukul 10.00, Shop <s@shop.example> menulis:",
	"2026/11/22 10:00、Shop <s@shop.example>のメール:",
	"2026/11/22 午前10:00、Shop <s@shop.example> のメール：",
	"2026. 11. 22. 오전 10:00, Shop <s@shop.example> 작성:",
	"2026年11月22日 10:00，Shop <s@shop.example> 写道：",
	"Shop <s@shop.example> 於 2026年11月22日 上午10:00 寫道：",
	("El dia 22 nov 2026, a les 10:00, Shop <s@shop.example> va escriure"
	 ":"),
	"On 22/11/2026 10:00, Shop wrote:",
	"On 11/22/26 10:00 AM, Shop via Help wrote:",
	"Am 22.11.26 um 10:00 schrieb Shop:",
	"Le 22/11/2026 à 10:00, Shop a écrit :",
	"El 22/11/26 a las 10:00, Shop escribió:",
	"Il 22/11/2026 10:00, Shop ha scritto:",
	"Op 22-11-2026 om 10:00 schreef Shop:",
	"Den 2026-11-22 kl. 10:00, skrev Shop:",
	"Den 22.11.2026 kl. 10.00 skrev Shop:",
	"Den 22.11.2026 10:00, skrev Shop:",
	"Shop kirjoitti 22.11.2026 klo 10.00:",
	"W dniu 22.11.2026 o 10:00, Shop pisze:",
	"Às 10:00 de 22/11/2026, Shop escreveu:",
	"Em 22/11/2026 10:00, Shop escreveu:",
	"Dne 22. 11. 26 v 10:00 Shop napsal(a):",
	"Dňa 22. 11. 2026 o 10:00 Shop napísal(a):",
	"2026. 11. 22. 10:00 keltezéssel, Shop írta:",
	"La 22.11.2026 10:00, Shop a scris:",
	"Dana 22. 11. 2026. u 10:00 Shop napisao je:",
	"Дана 22.11.2026. у 10:00, Shop је написао(ла):",
	"Dne 22. 11. 2026 ob 10:00 je Shop napisal(a):",
	"На 22.11.26 г. в 10:00 ч., Shop написа:",
	"22.11.2026 10:00, Shop пишет:",
	"22.11.26 10:00, Shop пише:",
	"22.11.2026 10:00 tarihinde Shop yazdı:",
	"Στις 22/11/2026 10:00, ο/η Shop έγραψε:",
	"בתאריך 22/11/2026 10:00, Shop כתב:",
	"في 22/11/2026 10:00, Shop كتب:",
	"2026/11/22 10:00 に Shop さんは書きました:",
	"2026-11-22 오전 10:00에 Shop 이(가) 쓴 글:",
	"在 2026/11/22 10:00, Shop 写道:",
	"Shop 於 2026/11/22 10:00 寫道:",
	"22.11.2026 10:00 Shop kirjutas:",
	"2026-11-22 10:00, Shop rašė:",
	"22.11.2026 10:00 Shop rakstīja:",
	"Vào 22/11/2026 10:00, Shop đã viết:",
	"Pada 22/11/2026 10:00, Shop menulis:",
	"El 22/11/26 a les 10:00, Shop ha escrit:",
	"เมื่อ 22/11/2569 10:00, Shop เขียนว่า:",
	("On Sunday, November 22, 2026 at 10:00:00 AM GMT+1, Shop <s@shop.ex"
	 "ample> wrote:  "),
	("Am Sonntag, 22. November 2026 um 10:00:00 MEZ hat Shop <s@shop.exa"
	 "mple> Folgendes geschrieben: "),
	("Le dimanche 22 novembre 2026 à 10:00:00 UTC+1, Shop <s@shop.exampl"
	 "e> a écrit : "),
	("On Sunday, November 22nd, 2026 at 10:00 AM, Shop <s@shop.example> "
	 "wrote:"),
	"22.11.2026, 10:00, \"Shop\" <s@shop.example>:",
	("Воскресенье, 22 ноября 2026, 10:00 +03:00 от Shop <s@shop.example>"
	 ":"),
	("воскресенье, 22 ноября 2026г., 10:00 +03:00 от Shop s@shop.example"
	 ":"),
	"在 2026-11-22 10:00:00，\"Shop\" <s@shop.example> 写道：",
	"Shop <s@shop.example> wrote on 22.11.2026 10:00:00:",
	"Shop <s@shop.example> schrieb am So., 22. Nov. 2026, 10:00:",
	"On 22. Nov 2026, 10:00 +0100, Shop <s@shop.example>, wrote:",
	"On Sun, Nov 22, 2026 at 10:00 AM, Shop < s@shop.example > wrote:",
	"On November 22, 2026, Shop <s@shop.example> wrote:",
	"On 22 November 2026 at 10:00:00, Shop (s@shop.example) wrote:",
	"Nov 22, 2026, 10:00 by s@shop.example:",
	"22 листопада 2026, 10:00:00, від \"Shop\" <s@shop.example>:",
	("---- On Sun, 22 Nov 2026 10:00:00 +0100 Shop <s@shop.example> wrot"
	 "e ----"),
	("Em seg., 20 20e mai. 20e 2024 às 16:35, s@shop.example&lt;s@shop.e"
	 "xample&gt; escreveu:"),
	"s@shop.example wrote:",
};

/* These need quote marks below them. */
static const char *const short_attributions[] = {
	"Quoting Shop <s@shop.example>:",
	"Zitat von Shop <s@shop.example>:",
	"* Shop <s@shop.example> [2026-11-22 10:00]:",
	"Shop <s@shop.example> writes:",
	"Sunday, November 22, 2026, 10:00:00 AM, you wrote:",
	"22. Nov. 2026, 10:00 von s@shop.example:",
	"On Sun, 2026-11-22 at 10:00 +0100, Shop wrote:",
};

/* From, sent, to and subject, as Outlook prints them. */
static const char *const letterheads[] = {
	"From|Sent|To|Subject",
	"Von|Gesendet|An|Betreff",
	"De|Envoyé|À|Objet",
	"De|Date|À|Objet",
	"De|Enviado el|Para|Asunto",
	"De|Enviado|Para|Asunto",
	"De|Fecha|Para|Asunto",
	"Da|Inviato|A|Oggetto",
	"De|Enviado|Para|Assunto",
	"De|Enviada em|Para|Assunto",
	"Van|Verzonden|Aan|Onderwerp",
	"Från|Skickat|Till|Ämne",
	"Fra|Sendt|Til|Emne",
	"Lähettäjä|Lähetetty|Vastaanottaja|Aihe",
	"Od|Wysłano|Do|Temat",
	"Od|Wysłane|Do|Temat",
	"Nadawca|Data|Adresat|Temat",
	"Od|Odesláno|Komu|Předmět",
	"Od|Odoslané|Komu|Predmet",
	"Feladó|Elküldve|Címzett|Tárgy",
	"Feladó|Küldve|Címzett|Tárgy",
	"De la|Trimis|Către|Subiect",
	"De la|Data|Către|Subiectul",
	"Din|Expediat|Pentru|Subiect",
	"Od|Poslano|Prima|Predmet",
	"Šalje|Poslano|Prima|Predmet",
	"Od|Poslano|Za|Zadeva",
	"Pošiljatelj|Datum|Prejemnik|Zadeva",
	"От|Изпратено|До|Относно",
	"От|Дата|До|Тема",
	"От|Отправлено|Кому|Тема",
	"От|Дата|Кому|Тема",
	"Від|Надіслано|Кому|Тема",
	"Kimden|Gönderildi|Kime|Konu",
	"Gönderen|Gönderme Tarihi|Kime|Konu",
	"Kimden|Tarih|Kime|Konu",
	"Από|Στάλθηκε|Προς|Θέμα",
	"Από|Ημερομηνία|Προς|Θέμα",
	"מאת|נשלח|אל|נושא",
	"من|تم الإرسال|إلى|الموضوع",
	"من|التاريخ|إلى|الموضوع",
	"من|تاريخ الإرسال|إلى|الموضوع",
	"จาก|ส่ง|ถึง|เรื่อง",
	"จาก|วันที่|ถึง|หัวเรื่อง",
	"Từ|Đã gửi|Đến|Chủ đề",
	"Từ|Ngày|Tới|Tiêu đề",
	"Dari|Dikirim|Kepada|Subjek",
	"Dari|Tanggal|Kepada|Perihal",
	"差出人|送信日時|宛先|件名",
	"差出人|日付|宛先|件名",
	"보낸 사람|보낸 날짜|받는 사람|제목",
	"보낸사람|날짜|받는사람|제목",
	"发件人|发送时间|收件人|主题",
	"发件人|日期|收件人|主题",
	"发件人|发送日期|收件人|主题",
	"寄件者|寄件日期|收件者|主旨",
	"寄件人|日期|收件人|主旨",
	"寄件者|傳送時間|收件者|主旨",
	"Saatja|Saadetud|Adressaat|Teema",
	"Kellelt|Saadetud|Kellele|Teema",
	"No|Nosūtīts|Kam|Temats",
	"No|Datums|Kam|Tēma",
	"Nuo|Išsiųsta|Kam|Tema",
	"Siuntėjas|Data|Gavėjas|Tema",
	"De|Enviat|Per a|Tema",
	"De|Data|A|Assumpte",
	"Шаље|Послато|Прима|Наслов",
	"Od|Poslato|Za|Naslov",
	"Od|Datum|Kome|Tema",
	"Од|Испратено|До|Предмет",
	"از|تاریخ|به|موضوع",
	"از|ارسال|به|موضوع",
	"प्रेषक|भेजा गया|प्रति|विषय",
	"Frá|Sent|Til|Efni",
	"Nork|Bidalia|Nori|Gaia",
	"Daripada|Dihantar|Kepada|Subjek",
	"Fra|Dato|Til|Emne",
	"Nga|Dërguar|Për|Subjekti",
};

/* Rules that say "original message". */
static const char *const rules[] = {
	"-----Original Message-----",
	"-------- Original message --------",
	"--------Original Message--------",
	"----- Original Message -----",
	"--- Original Message ---",
	"---Original---",
	"------- Original Message -------",
	"‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
	"-----Ursprüngliche Nachricht-----",
	"-------- Ursprüngliche Nachricht --------",
	"-----Original-Nachricht-----",
	"----- Ursprüngliche Mail -----",
	"-----Message d'origine-----",
	"-------- Message d’origine --------",
	"-------- Message original --------",
	"----- Mail original -----",
	"-----Mensaje original-----",
	"-------- Mensaje original --------",
	"-----Messaggio originale-----",
	"----Messaggio originale----",
	"-----Mensagem original-----",
	"-------- Mensagem original --------",
	"-----Oorspronkelijk bericht-----",
	"-------- Oorspronkelijk bericht --------",
	"-----Ursprungligt meddelande-----",
	"-------- Originalmeddelande --------",
	"-----Oprindelig meddelelse-----",
	"-------- Oprindelig besked --------",
	"-----Opprinnelig melding-----",
	"-------- Opprinnelig melding --------",
	"-----Alkuperäinen viesti-----",
	"-------- Alkuperäinen viesti --------",
	"-----Wiadomość oryginalna-----",
	"-------- Oryginalna wiadomość --------",
	"----- Wiadomość oryginalna -----",
	"-----Původní zpráva-----",
	"-------- Původní zpráva --------",
	"---------- Původní e-mail ----------",
	"-----Pôvodná správa-----",
	"-------- Pôvodná správa --------",
	"-----Eredeti üzenet-----",
	"-------- Eredeti üzenet --------",
	"-----Mesaj original-----",
	"-------- Mesaj original --------",
	"-------- Mesajul original --------",
	"-----Izvorna poruka-----",
	"-------- Izvorna poruka --------",
	"-------- Originalna poruka --------",
	"-----Izvirno sporočilo-----",
	"-------- Izvirno sporočilo --------",
	"-----Исходное сообщение-----",
	"-------- Исходное сообщение --------",
	"-------- Оригинальное сообщение --------",
	"-----Оригинално съобщение-----",
	"-------- Оригинално писмо --------",
	"-----Вихідне повідомлення-----",
	"-------- Оригінальне повідомлення --------",
	"-----Orijinal İleti-----",
	"-------- Orijinal mesaj --------",
	"-------- Özgün ileti --------",
	"-----Αρχικό μήνυμα-----",
	"-------- Αρχικό μήνυμα --------",
	"-----הודעה מקורית-----",
	"-------- הודעה מקורית --------",
	"-----الرسالة الأصلية-----",
	"-------- الرسالة الأصلية --------",
	"-----ข้อความต้นฉบับ-----",
	"-------- ข้อความเดิม --------",
	"-----Thư gốc-----",
	"-------- Tin nhắn gốc --------",
	"-----Pesan Asli-----",
	"-------- Pesan asli --------",
	"-----Mesej Asal-----",
	"-----元のメッセージ-----",
	"-------- 元のメッセージ --------",
	"-----원본 메시지-----",
	"--------- 원본 메일 ---------",
	"-------- 원본 이메일 --------",
	"-----邮件原件-----",
	"------------------ 原始邮件 ------------------",
	"-------- 原始邮件 --------",
	"-----原始郵件-----",
	"-------- 原始訊息 --------",
	"---- 回复的原邮件 ----",
	"-----Algne sõnum-----",
	"-------- Algne kiri --------",
	"-----Originalus laiškas-----",
	"-------- Originali žinutė --------",
	"-----Oriģinālais ziņojums-----",
	"-------- Sākotnējais ziņojums --------",
	"-----Missatge original-----",
	"-------- Missatge original --------",
	"-----پیام اصلی-----",
	"-------- Оригинална порука --------",
};

/* What programs put under a mail. */
static const char *const endings[] = {
	"Sent from my iPhone",
	"Sent from my iPad",
	"Sent from my Galaxy",
	"Sent from my Samsung Galaxy smartphone.",
	"Sent from my T-Mobile 5G Device",
	"Sent from my Verizon, Samsung Galaxy smartphone",
	"Sent from Mail for Windows 10",
	"Sent from Mail for Windows",
	"Sent from Outlook for Android",
	"Sent from Yahoo Mail on Android",
	"Sent from Yahoo Mail for iPhone",
	"Yahoo Mail: Search, Organize, Conquer",
	"Sent from Proton Mail for iOS",
	"Sent from Proton Mail Android",
	"Sent with Proton Mail secure email.",
	"Sent with Spark",
	"Sent via Superhuman",
	"Sent from AOL on Android",
	"Sent from the all new AOL app for Android",
	"Sent from a mobile device",
	"Sent from BlueMail for Android",
	"Get BlueMail for Android",
	"Sent from Nine",
	"Sent from my Huawei phone",
	"Sent from my Xiaomi",
	"Sent from Front",
	"Get Outlook for iOS<https://aka.ms/o0ukef>",
	"Get Outlook for Android",
	"Von meinem iPhone gesendet",
	"Von meinem Samsung Galaxy Smartphone gesendet.",
	"Gesendet mit der GMX Mail App",
	"Gesendet von Mail für Windows",
	"Gesendet von Outlook für Android",
	"Gesendet mit der WEB.DE iPhone App",
	"-- ",
	("Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE M"
	 "ail gesendet."),
	("Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesend"
	 "et."),
	"Gesendet mit der Telekom Mail App",
	"Outlook für Android beziehen",
	"Laden Sie Outlook für iOS herunter",
	"Envoyé de mon iPhone",
	"Envoyé depuis mon smartphone Samsung Galaxy.",
	"Envoyé à partir de Outlook pour Android",
	"Télécharger Outlook pour Android",
	"Obtenir Outlook pour iOS",
	"Envoyé à partir de Yahoo Mail pour Android",
	"Envoyé depuis l'application Mail Orange",
	"Provenance : Courrier pour Windows",
	"Enviado desde mi iPhone",
	"Enviado desde mi dispositivo Samsung",
	"Enviado desde Outlook para Android",
	"Obtener Outlook para Android",
	"Enviado desde Yahoo Mail para Android",
	"Inviato da iPhone",
	"Inviato da Outlook per Android",
	"Ottieni Outlook per Android",
	"Scarica Outlook per Android",
	"Inviato dal mio iPhone",
	"Inviato da Libero Mail per Android",
	"Enviado do meu iPhone",
	"Enviado a partir do Outlook para Android",
	"Obter o Outlook para Android",
	"Obtenha o Outlook para iOS",
	"Verstuurd vanaf mijn iPhone",
	"Verzonden vanaf mijn Galaxy",
	"Verzonden vanuit Outlook voor iOS",
	"Outlook voor Android downloaden",
	"Outlook voor iOS ophalen",
	"Skickat från min iPhone",
	"Skickat från Outlook för Android",
	"Hämta Outlook för Android",
	"Skaffa Outlook för iOS",
	"Sendt fra min iPhone",
	"Sendt fra Outlook til Android",
	"Hent Outlook til iOS",
	"Få Outlook til Android",
	"Sendt fra min Galaxy",
	"Få Outlook for Android",
	"Lähetetty iPhonesta",
	"Lähetetty Outlook for Androidista",
	"Hanki Outlook for iOS",
	"Hanki Outlook Androidille",
	"Wysłane z iPhone'a",
	"Wysłane z telefonu Galaxy",
	"Pobierz program Outlook dla systemu Android",
	"Wysłano z programu Outlook dla systemu Android",
	"Odesláno z iPhonu",
	"Odesláno z mobilního telefonu",
	"Odesláno ze Samsung Galaxy.",
	"Získat Outlook pro iOS",
	"Stáhnout Outlook pro Android",
	"Odoslané z iPhonu",
	"Získať Outlook pre Android",
	"Elküldve az iPhone-omról",
	"Az iPhone-omról küldve",
	"Elküldve a Galaxy készülékemről",
	"Outlook beszerzése Android rendszerhez",
	"Trimis de pe iPhone-ul meu",
	"Trimis din Outlook pentru Android",
	"Obțineți Outlook pentru Android",
	"Poslano s mog iPhonea",
	"Poslano s iPhone uređaja",
	"Poslano iz mojega iPhona",
	"Nabavite Outlook za Android",
	"Preuzmite Outlook za iOS",
	"Pridobite Outlook za iOS",
	"Poslato sa mog iPhone-a",
	"Послато са мог iPhone-а",
	"Изпратено от моя iPhone",
	"Изпратено от iPhone",
	"Отправлено с iPhone",
	"Отправлено с моего iPhone",
	"Отправлено из мобильной Почты Mail.ru",
	"Отправлено из мобильного приложения Яндекс Почты",
	"Отправлено из Почты Mail для Android",
	"Получить Outlook для Android",
	"Скачать Outlook для iOS",
	"Надіслано з iPhone",
	"Надіслано з мого iPhone",
	"Отримати Outlook для Android",
	"iPhone'umdan gönderildi",
	"Galaxy cihazımdan gönderildi",
	"Android için Outlook’u edinin",
	"Android için Outlook uygulamasını edinin",
	"Στάλθηκε από το iPhone μου",
	"Στάλθηκε από τη συσκευή Galaxy",
	"Λήψη του Outlook για Android",
	"Αποκτήστε το Outlook για iOS",
	"נשלח מה-iPhone שלי",
	"נשלח מה-Galaxy שלי",
	"קבל את Outlook עבור iOS",
	"أُرسلت من الـ iPhone",
	"مرسل من الـ iPhone الخاص بي",
	"تم الإرسال من هاتف Galaxy الخاص بي",
	"الحصول على Outlook لـ Android",
	"ارسال شده از آیفون من",
	"ส่งจาก iPhone ของฉัน",
	"ดาวน์โหลด Outlook สำหรับ iOS",
	"Đã gửi từ iPhone của tôi",
	"Tải Outlook cho iOS",
	"Dikirim dari iPhone saya",
	"Dapatkan Outlook untuk Android",
	"Dihantar daripada iPhone saya",
	"iPhoneから送信",
	"Outlook for Android を入手",
	"Android 版 Outlook を入手",
	"나의 iPhone에서 보냄",
	"내 Galaxy에서 보냄",
	"Android용 Outlook 다운로드",
	"发自我的 iPhone",
	"发自我的iPad",
	"從我的 iPhone 傳送",
	"获取 Outlook for Android",
	"取得 Android 版 Outlook",
	"下载 Outlook for iOS",
	"发自我的小米手机",
	"来自我的华为手机",
	"发自 Outlook",
	"Enviat des del meu iPhone",
	"Saadetud minu iPhone'ist",
	"Išsiųsta iš mano „iPhone“",
	"Nosūtīts no mana iPhone",
	"Sent frá iPhone-símanum mínum",
};

/* Whatever stands below the customer's words is folded. */
static void
is_folded(const char *below)
{
	struct arena a = { 0 };

	assert_string_equal(sample_visible(&a, "Re: x",
				arena_fmt(&a, "%s\n\n%s", SAY, below)),
	    SAY);
	arena_free(&a);
}

/* The text with line ends for blanks, so that no line is long. */
static const char *
wrapped(struct arena *a, const char *s, size_t width)
{
	char *out = arena_str(a, s);
	char *blank = NULL;
	char *line = out;

	for (char *p = out; *p != '\0'; p++) {
		if (*p == ' ')
			blank = p;
		if ((size_t)(p - line) > width && blank > line) {
			*blank = '\n';
			line = blank + 1;
		}
	}
	return out;
}

static void
every_attribution_begins_a_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(attributions); i++) {
		struct arena a = { 0 };
		const char *s = attributions[i];

		is_folded(arena_fmt(&a, "%s\n\n%s", s, PLAIN));
		is_folded(arena_fmt(&a, "%s\n\n%s", s, MARKS));
		s = wrapped(&a, s, 50);
		is_folded(arena_fmt(&a, "%s\n\n%s", s, PLAIN));
		is_folded(arena_fmt(&a, "%s\n%s", s, MARKS));
		arena_free(&a);
	}
	for (size_t i = 0; i < COUNT(short_attributions); i++) {
		struct arena a = { 0 };

		is_folded(
		    arena_fmt(&a, "%s\n%s", short_attributions[i], MARKS));
		arena_free(&a);
	}
}

/* The headers of a quoted mail, each before a mark such as "*". */
static const char *
head_of(struct arena *a, const char *labels, const char *mark,
    const char *sender)
{
	static const char *const values[] = { NULL,
		"Sunday, November 22, 2026 10:00 AM", "Ann Lee", "Re: x" };
	struct buf out = { 0 };
	const char *s;

	for (size_t i = 0; i < 4; i++) {
		size_t n = strcspn(labels, "|");

		buf_fmt(&out, "%s%.*s:%s %s\n", mark, (int)n, labels, mark,
		    i == 0 ? sender : values[i]);
		labels += n + (labels[n] == '|');
	}
	buf_fmt(&out, "\n%s", PLAIN);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

static void
the_headers_of_a_mail_begin_a_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(letterheads); i++) {
		struct arena a = { 0 };

		is_folded(head_of(&a, letterheads[i], "", "Shop"));
		is_folded(
		    head_of(&a, letterheads[i], "", "Shop <s@shop.example>"));
		is_folded(head_of(&a, letterheads[i], "*",
		    "Shop [mailto:s@shop.example]"));
		is_folded(arena_fmt(&a, "________________________________\n%s",
		    head_of(&a, letterheads[i], "", "Shop")));
		arena_free(&a);
	}
}

static void
a_rule_around_words_begins_a_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct arena a = { 0 };

		is_folded(arena_fmt(&a, "%s\n\n%s", rules[i], PLAIN));
		is_folded(arena_fmt(&a,
		    "%s\nFrom: Shop <s@shop.example>\nDate: 22/11/2026 10:00\n"
		    "To: Ann\nSubject: x\n\n%s",
		    rules[i], PLAIN));
		arena_free(&a);
	}
	/* In a language that nobody told us. */
	is_folded("----- Lorem ipsum -----\nFrom: s@shop.example\n"
		  "Date: 22/11/2026\n\n" PLAIN);
}

static void
what_a_program_adds_is_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(endings); i++) {
		struct arena a = { 0 };

		is_folded(endings[i]);
		is_folded(arena_fmt(&a, "%s\n\n%s\n\n%s", endings[i],
		    attributions[0], MARKS));
		arena_free(&a);
	}
}

/* One program each. */
static const char *const programs[] = {
	">>> \"Shop\" <s@shop.example> 11/22/26 10:00 AM >>>\n\n" PLAIN,
	">>> Shop 22.11.2026 10:00 >>>\n" PLAIN,
	"##- Please type your reply above this line -##\n\n" PLAIN,
	"=-=-= Bitte antworten Sie oberhalb dieser Linie =-=-=\n\n" PLAIN,
	("-------- Original message --------From: Shop <s@shop.example> "
	 "Date: 22/11/2026 10:00 (GMT+01:00) To: c@example.org Subject: x\n"
	 "\n" PLAIN),
	("Кому: Ann (c@example.org);\nТема: x;\n"
	 "22.11.2026, 10:00, \"Shop\" <s@shop.example>:\n\n" PLAIN),
	("---- Replied Message ----\n| From | Shop<s@shop.example> |\n"
	 "| Date | 11/22/2026 10:00 |\n| To | <c@example.org> |\n"
	 "| Subject | Re: x |\n\n" PLAIN),
	("On Monday, 24 September, 2026 at 3:46 PM, Bob wrote:\n\n"
	 "> View ticket (https://shop.example/action\n_nonce=3dd518)\n>\n"
	 "> Bye\n"),
	("-----Original Message-----\n\nSee below\n\n"
	 "---------- Forwarded message ----------\n"
	 "From: bob@example.com\nDate: Tue, Sep 4, 2026 at 1:35 PM\n"
	 "Subject: Two\nTo: rob@example.com\n\nHello\n"),
	"Outlook für Android<https://aka.ms/AAb9ysg> herunterladen\n",
	("From: Joe <joe@example.com>\nDate: Sun, 22 Nov 2026 10:00:00 -0800\n"
	 "\n> Hello\n"),
};

static void
every_program_has_its_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(programs); i++)
		is_folded(programs[i]);
}

/* These are the customer's own words, whatever they look like. */
static const char *const own[] = {
	("please change my booking:\n\nDate: 3 March 2026\nFrom: Berlin\n"
	 "To: Munich\nSubject: window seat\n\nThank you!"),
	("Von: Berlin\nNach: Hamburg\nDatum: 22.11.2026 10:00\n"
	 "Betreff: Umzug\n\nKönnen Sie das liefern?"),
	("Name: Ann Lee\nE-Mail: ann@example.org\n"
	 "Bestellt am: 22.11.2026 10:00\nArtikel: Ring\n\nWann kommt er?"),
	("Please change my address\nFrom: ann@example.org\n"
	 "To: ann.lee@example.com\n\nThanks"),
	"Termin am 22.11.2026 um 10:00 Uhr passt mir:\nbitte klingeln.",
	"Bitte Termin 22.11.2026 10:00 mit ann@example.org:\ndanke.",
	"Am 22.11.2026 um 10:00 Uhr brauche ich:\n2 Ringe",
	("Sendung 00340434161094021501 vom 22.11.2026 10:00:\n"
	 "Das Paket wurde zurückgeschickt."),
	"22.11.2026 10:00:\nPaket im Depot\n23.11.2026 11:30:\nzurück",
	("So ging das im Chat:\nAnn (22.11.2026 10:00):\nHallo?\n"
	 "Shop (22.11.2026 10:05):\nJa bitte?"),
	("I can't get Outlook for Android to open the link.\n\nWhat now?"),
	"My program is\n\nOutlook for Android\n\nAnn",
	"My wishes:\n----- Ring -----\ngold, size 12\n----- Chain -----\nred",
	"--- Order ---\nName: Ann\nFrom: Berlin\n\nPlease send it.",
	"On the card, please put my mail Ann <ann@example.org>:\nthanks",
	("Sent from my iPhone by mistake was the last one, so here again: "
	 "order 55."),
	"Hello\n\nSent from my mother was the wrong parcel. What now?",
	("Guten Tag\n\nGesendet von meiner Frau kam am Montag ein Paket zu "
	 "Ihnen. Ist es da?"),
	("The error says:\n\n-----Original Message-----\nis printed on the "
	 "label, what does it mean?"),
	("Am 16.11. um 10 Uhr schrieb mir die Post:\nDas Paket ist weg.\n\n"
	 "Was nun?"),
	("Le 16/11/2026 à 10:00, votre livreur a écrit :\n« absent ».\n"
	 "Mais j'étais là."),
	("On Monday, 16 November 2026 at 10:00, the driver John wrote:\n\n"
	 "nobody at home\n\nI was."),
	("On 16/11/2026 10:00 your agent Kim wrote:\nwe refund 20 EUR\n\n"
	 "Where are they?"),
	("Our address is:\n\n--\nBerg GmbH\nHauptstr. 5\n\nPlease tell me "
	 "when the parcel leaves and whether I can still change it."),
	("Is it good for the environment before printing the label?\n"
	 "I want to know."),
	("Laut Protokoll: host mx.example [192.0.2.22] sagte zu\n"
	 "RCPT TO:<ann@example.org>:\nunbekannt. Was heißt das?"),
};

static void
what_only_looks_like_a_quote_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(own); i++) {
		struct arena a = { 0 };

		assert_string_equal(sample_visible(&a, "x", own[i]), own[i]);
		arena_free(&a);
	}
}

/* A sentence with a date right above an attribution is the customer's. */
static void
the_line_above_an_attribution_stays(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(sample_visible(&a, "x",
				"Termin 22.11.2026 10:00 passt mir\n"
				"Shop <s@shop.example> schrieb:\n" MARKS),
	    "Termin 22.11.2026 10:00 passt mir");
	assert_string_equal(sample_visible(&a, "x",
				"My number is 0123 456789\n"
				"On Sun, Nov 22, 2026 at 10:00 AM Shop\n"
				"<s@shop.example> wrote:\n\n" PLAIN),
	    "My number is 0123 456789");
	arena_free(&a);
}

/* A line of the program's is folded, the words below it are not. */
static void
words_below_a_line_of_the_program_stay(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(sample_visible(&a, "x",
				"Hello\n\nVon meinem iPhone gesendet\n\n"
				"Ach ja, die Bestellnummer ist 10432."),
	    "Hello\n\n\nAch ja, die Bestellnummer ist 10432.");
	arena_free(&a);
}

static void
signatures_that_html_names_are_folded(void **state)
{
	static const char *const names[] = { "class=\"gmail_signature\"",
		"id=\"Signature\"", "class=\"moz-signature\"" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a,
		    arena_fmt(&a,
			"From: c@example.org\nContent-Type: text/html\n\n"
			"<div>Where is it?<br><br><div %s>Ann Lee<br>CEO"
			"</div></div>\n",
			names[i]));

		assert_string_equal(mail_visible(&a, m->text, m->fold,
					m->folds),
		    "Where is it?");
		arena_free(&a);
	}
}

/* The button "indent more" makes no quote. */
static void
an_indented_paragraph_is_no_quote(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: c@example.org\nContent-Type: text/html\n\n<div>Hi</div>"
	    "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">"
	    "<div>two rings</div></blockquote>\n");

	(void)state;
	assert_non_null(strstr(mail_visible(&a, m->text, m->fold, m->folds),
	    "    two rings"));
	arena_free(&a);
}

/* What a report says stays; the mail it brings back is folded. */
static void
the_words_of_a_report_stay(void **state)
{
	static const char words[] =
	    "<ann@example.org>: host mx.example[192.0.2.1] said:\n"
	    "    550 5.1.1 <ann@example.org>: unknown (in reply to RCPT TO)";
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    arena_fmt(&a,
		"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
		"%s\n\n--- Below this line is a copy of the message.\n\n"
		"From: s@shop.example\nSubject: x\n\nHello\n",
		words));

	(void)state;
	assert_non_null(m->bounce);
	assert_string_equal(mail_visible(&a, m->text, m->fold, m->folds),
	    words);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_attribution_begins_a_quote),
		cmocka_unit_test(the_headers_of_a_mail_begin_a_quote),
		cmocka_unit_test(a_rule_around_words_begins_a_quote),
		cmocka_unit_test(what_a_program_adds_is_folded),
		cmocka_unit_test(every_program_has_its_way),
		cmocka_unit_test(what_only_looks_like_a_quote_stays),
		cmocka_unit_test(the_line_above_an_attribution_stays),
		cmocka_unit_test(words_below_a_line_of_the_program_stay),
		cmocka_unit_test(signatures_that_html_names_are_folded),
		cmocka_unit_test(an_indented_paragraph_is_no_quote),
		cmocka_unit_test(the_words_of_a_report_stay),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
