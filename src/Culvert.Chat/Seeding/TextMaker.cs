using System.Text;

namespace Culvert.Chat.Seeding;

/// <summary>Makes texts that look like talk: a few words often, many seldom. A seed makes the same texts.</summary>
internal sealed class TextMaker(IReadOnlyList<string> languages, int users, ulong seed)
{
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["en"] =
        [
            .. """
            the to a and is in it you that of for on we this with be have are not was as at can but if there do what so
            they just from or my like one will would about your me when all get out up time think know see now how some
            more then which no who make good need them work want two could also look into only other new people here
            because first server message meeting room release build question answer today tomorrow test change fix bug
            file link screen page report customer please thanks morning week month project team plan review deploy
            branch error problem idea start stop open close send read write find keep move run call wait help update
            version number list table window button color picture phone office lunch coffee travel train weather
            weekend holiday birthday music film book game football kitchen garden house street city river mountain
            battery cable keyboard printer network password account budget invoice contract deadline estimate feature
            feedback interview launch manager measurement memory migration mistake notification performance permission
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        ],
        ["ru"] =
        [
            .. """
            и в не на я что он с как это по но они мы из у за то все так от если уже или ещё бы вот только для мне был
            когда до было есть надо можно где там тут сейчас потом очень сегодня завтра вчера нет да ну кто чтобы
            сообщение комната сервер вопрос ответ работа задача проверка ошибка исправить версия выпуск сборка файл
            ссылка страница отчёт клиент спасибо пожалуйста утро неделя месяц проект команда план обзор ветка проблема
            мысль начать закончить открыть закрыть отправить прочитать написать найти оставить запустить позвонить
            подождать помочь обновить число список таблица окно кнопка цвет картинка телефон кабинет обед кофе поезд
            погода выходные отпуск праздник музыка фильм книга игра футбол кухня сад дом улица город река гора
            аккумулятор кабель клавиатура принтер сеть пароль счёт договор срок оценка возможность отзыв собеседование
            запуск руководитель измерение память перенос уведомление производительность разрешение встреча собрание
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        ],
    };

    private ulong _state = seed | 1;

    public static bool Knows(string language) => Words.ContainsKey(language);

    /// <summary>A number from 0 below the limit.</summary>
    public int Next(int limit)
    {
        // Knuth's linear congruential generator: talk needs no better one.
        _state = (_state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        return (int)((_state >> 33) % (ulong)limit);
    }

    /// <summary>The compact JSON of one message.</summary>
    public byte[] NextData(long number)
    {
        var words = Words[languages[Next(languages.Count)]];
        var text = new StringBuilder("{\"text\":\"");
        for (var left = 3 + Next(5) + Next(12); left > 0; left--)
        {
            // The square makes the front of the list frequent.
            text.Append(words[(int)((long)Next(words.Length) * Next(words.Length) / words.Length)]).Append(' ');
        }

        switch (Next(50))
        {
            case 0:
                text.Append("https://example.com/t/").Append(number);
                break;
            case 1:
                text.Append('@').Append(RoomSeeder.NameOf(Next(users)));
                break;
            case 2:
                text.Append("ticket").Append(number);
                break;
        }

        return Encoding.UTF8.GetBytes(text.ToString().TrimEnd() + "\"}");
    }
}
