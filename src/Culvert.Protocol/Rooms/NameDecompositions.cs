
namespace Culvert.Protocol.Rooms;

/// <summary>
/// Canonical decompositions of letters: what Unicode NFD does, for the scripts that need it in names.
/// </summary>
/// <remarks>
/// With invariant globalization the runtime's own normalisation returns every string unchanged, so the pairs of
/// UnicodeData.txt (version 15, below U+3100, without exclusions) stand here. A row is a mark, and the letters
/// with it, each followed by the letter without it. Hangul syllables are left whole.
/// </remarks>
internal static class NameDecompositions
{
    private static readonly (char Mark, string Pairs)[] Rows =
    [
        ('\u0300',
            "ÀAÈEÌIÒOÙUàaèeìiòoùuǛÜǜüǸNǹnЀЕЍИѐеѝиḔĒḕēṐŌṑōẀWẁwẦÂầâẰĂằăỀÊềêỒÔồôỜƠờơỪƯừưỲYỳyἂἀἃἁἊἈἋἉἒἐἓἑ" +
            "ἚἘἛἙἢἠἣἡἪἨἫἩἲἰἳἱἺἸἻἹὂὀὃὁὊὈὋὉὒὐὓὑὛὙὢὠὣὡὪὨὫὩὰαὲεὴηὶιὸοὺυὼωᾺΑῈΕῊΗῒϊῚΙῢϋῪΥῸΟῺΩ"),
        ('\u0301',
            "ÁAÉEÍIÓOÚUÝYáaéeíióoúuýyĆCćcĹLĺlŃNńnŔRŕrŚSśsŹZźzǗÜǘüǴGǵgǺÅǻåǼÆǽæǾØǿøΆΑΈΕΉΗΊΙΌΟΎΥΏΩΐϊάαέε" +
            "ήηίιΰϋόούυώωϓϒЃГЌКѓгќкḈÇḉçḖĒḗēḮÏḯïḰKḱkḾMḿmṌÕṍõṒŌṓōṔPṕpṸŨṹũẂWẃwẤÂấâẮĂắăẾÊếêỐÔốôỚƠớơỨƯứưἄἀ" +
            "ἅἁἌἈἍἉἔἐἕἑἜἘἝἙἤἠἥἡἬἨἭἩἴἰἵἱἼἸἽἹὄὀὅὁὌὈὍὉὔὐὕὑὝὙὤὠὥὡὬὨὭὩ"),
        ('\u0302', "ÂAÊEÎIÔOÛUâaêeîiôoûuĈCĉcĜGĝgĤHĥhĴJĵjŜSŝsŴWŵwŶYŷyẐZẑzẬẠậạỆẸệẹỘỌộọ"),
        ('\u0303', "ÃAÑNÕOãañnõoĨIĩiŨUũuṼVṽvẪÂẫâẴĂẵăẼEẽeỄÊễêỖÔỗôỠƠỡơỮƯữưỸYỹy"),
        ('\u0304',
            "ĀAāaĒEēeĪIīiŌOōoŪUūuǕÜǖüǞÄǟäǠȦǡȧǢÆǣæǬǪǭǫȪÖȫöȬÕȭõȰȮȱȯȲYȳyӢИӣиӮУӯуḠGḡgḸḶḹḷṜṚṝṛᾱαᾹΑῑιῙΙῡυῩΥ"),
        ('\u0306', "ĂAăaĔEĕeĞGğgĬIĭiŎOŏoŬUŭuЎУЙИйиўуӁЖӂжӐАӑаӖЕӗеḜȨḝȩẶẠặạᾰαᾸΑῐιῘΙῠυῨΥ"),
        ('\u0307',
            "ĊCċcĖEėeĠGġgİIŻZżzȦAȧaȮOȯoḂBḃbḊDḋdḞFḟfḢHḣhṀMṁmṄNṅnṖPṗpṘRṙrṠSṡsṤŚṥśṦŠṧšṨṢṩṣṪTṫtẆWẇwẊXẋxẎY" +
            "ẏyẛſ"),
        ('\u0308',
            "ÄAËEÏIÖOÜUäaëeïiöoüuÿyŸYΪΙΫΥϊιϋυϔϒЁЕЇІёеїіӒАӓаӚӘӛәӜЖӝжӞЗӟзӤИӥиӦОӧоӪӨӫөӬЭӭэӰУӱуӴЧӵчӸЫӹыḦH" +
            "ḧhṎÕṏõṺŪṻūẄWẅwẌXẍxẗt"),
        ('\u0309', "ẢAảaẨÂẩâẲĂẳăẺEẻeỂÊểêỈIỉiỎOỏoỔÔổôỞƠởơỦUủuỬƯửưỶYỷy"),
        ('\u030A', "ÅAåaŮUůuẘwẙy"),
        ('\u030B', "ŐOőoŰUűuӲУӳу"),
        ('\u030C',
            "ČCčcĎDďdĚEěeĽLľlŇNňnŘRřrŠSšsŤTťtŽZžzǍAǎaǏIǐiǑOǒoǓUǔuǙÜǚüǦGǧgǨKǩkǮƷǯʒǰjȞHȟh"),
        ('\u030F', "ȀAȁaȄEȅeȈIȉiȌOȍoȐRȑrȔUȕuѶѴѷѵ"),
        ('\u0311', "ȂAȃaȆEȇeȊIȋiȎOȏoȒRȓrȖUȗu"),
        ('\u0313', "ἀαἈΑἐεἘΕἠηἨΗἰιἸΙὀοὈΟὐυὠωὨΩῤρ"),
        ('\u0314', "ἁαἉΑἑεἙΕἡηἩΗἱιἹΙὁοὉΟὑυὙΥὡωὩΩῥρῬΡ"),
        ('\u031B', "ƠOơoƯUưu"),
        ('\u0323',
            "ḄBḅbḌDḍdḤHḥhḲKḳkḶLḷlṂMṃmṆNṇnṚRṛrṢSṣsṬTṭtṾVṿvẈWẉwẒZẓzẠAạaẸEẹeỊIịiỌOọoỢƠợơỤUụuỰƯựưỴYỵy"),
        ('\u0324', "ṲUṳu"),
        ('\u0325', "ḀAḁa"),
        ('\u0326', "ȘSșsȚTțt"),
        ('\u0327', "ÇCçcĢGģgĶKķkĻLļlŅNņnŖRŗrŞSşsŢTţtȨEȩeḐDḑdḨHḩh"),
        ('\u0328', "ĄAąaĘEęeĮIįiŲUųuǪOǫo"),
        ('\u032D', "ḒDḓdḘEḙeḼLḽlṊNṋnṰTṱtṶUṷu"),
        ('\u032E', "ḪHḫh"),
        ('\u0330', "ḚEḛeḬIḭiṴUṵu"),
        ('\u0331', "ḆBḇbḎDḏdḴKḵkḺLḻlṈNṉnṞRṟrṮTṯtẔZẕzẖh"),
        ('\u0342', "ἆἀἇἁἎἈἏἉἦἠἧἡἮἨἯἩἶἰἷἱἾἸἿἹὖὐὗὑὟὙὦὠὧὡὮὨὯὩᾶαῆηῖιῗϊῦυῧϋῶω"),
        ('\u0345',
            "ᾀἀᾁἁᾂἂᾃἃᾄἄᾅἅᾆἆᾇἇᾈἈᾉἉᾊἊᾋἋᾌἌᾍἍᾎἎᾏἏᾐἠᾑἡᾒἢᾓἣᾔἤᾕἥᾖἦᾗἧᾘἨᾙἩᾚἪᾛἫᾜἬᾝἭᾞἮᾟἯᾠὠᾡὡᾢὢᾣὣᾤὤᾥὥᾦὦᾧὧᾨὨᾩὩᾪὪᾫὫ" +
            "ᾬὬᾭὭᾮὮᾯὯᾲὰᾳαᾴάᾷᾶᾼΑῂὴῃηῄήῇῆῌΗῲὼῳωῴώῷῶῼΩ"),
        ('\u0653', "\u0622\u0627"),
        ('\u0654', "\u0623\u0627\u0624\u0648\u0626\u064A\u06C0\u06D5\u06C2\u06C1\u06D3\u06D2"),
        ('\u0655', "\u0625\u0627"),
        ('\u093C', "\u0929\u0928\u0931\u0930\u0934\u0933"),
        ('\u09BE', "\u09CB\u09C7"),
        ('\u09D7', "\u09CC\u09C7"),
        ('\u0B3E', "\u0B4B\u0B47"),
        ('\u0B56', "\u0B48\u0B47"),
        ('\u0B57', "\u0B4C\u0B47"),
        ('\u0BBE', "\u0BCA\u0BC6\u0BCB\u0BC7"),
        ('\u0BD7', "\u0B94\u0B92\u0BCC\u0BC6"),
        ('\u0C56', "\u0C48\u0C46"),
        ('\u0CC2', "\u0CCA\u0CC6"),
        ('\u0CD5', "\u0CC0\u0CBF\u0CC7\u0CC6\u0CCB\u0CCA"),
        ('\u0CD6', "\u0CC8\u0CC6"),
        ('\u0D3E', "\u0D4A\u0D46\u0D4B\u0D47"),
        ('\u0D57', "\u0D4C\u0D46"),
        ('\u0DCA', "\u0DDA\u0DD9\u0DDD\u0DDC"),
        ('\u0DCF', "\u0DDC\u0DD9"),
        ('\u0DDF', "\u0DDE\u0DD9"),
        ('\u102E', "\u1026\u1025"),
        ('\u1B35',
            "\u1B06\u1B05\u1B08\u1B07\u1B0A\u1B09\u1B0C\u1B0B\u1B0E\u1B0D\u1B12\u1B11" +
            "\u1B3B\u1B3A\u1B3D\u1B3C\u1B40\u1B3E\u1B41\u1B3F\u1B43\u1B42"),
        ('\u3099',
            "がかぎきぐくげけごこざさじしずすぜせぞそだたぢちづつでてどとばはびひぶふべへぼほゔうゞゝガカギキグクゲケゴコザサジシズスゼセゾソダタヂチヅツデテドトバハビヒブフベヘボホヴウヷワ" +
            "ヸヰヹヱヺヲヾヽ"),
        ('\u309A', "ぱはぴひぷふぺへぽほパハピヒプフペヘポホ"),
    ];

    /// <summary>Nothing below it is in the rows: without such letters, <see cref="Pairs"/> is never made.</summary>
    private const int FirstLetter = 'À';

    private static readonly Dictionary<char, (char Letter, char Mark)> Pairs = Rows
        .SelectMany(row => Enumerable.Range(0, row.Pairs.Length / 2)
            .Select(index => (row.Pairs[2 * index], row.Pairs[(2 * index) + 1], row.Mark)))
        .ToDictionary(entry => entry.Item1, entry => (entry.Item2, entry.Mark));

    /// <summary>
    /// Marks of Latin, Greek and Cyrillic letters; of U+0300 to U+036F only these may stand in a name.
    /// </summary>
    public static bool IsKnownMark(int codePoint) =>
        codePoint is >= 0x300 and <= 0x345 && Array.Exists(Rows, row => row.Mark == codePoint);

    /// <summary>Takes the last mark off a letter; false when the letter has none.</summary>
    public static bool TrySplit(int codePoint, out char letter, out char mark)
    {
        letter = default;
        mark = default;
        if (codePoint is < FirstLetter or > char.MaxValue || !Pairs.TryGetValue((char)codePoint, out var pair))
        {
            return false;
        }

        (letter, mark) = pair;
        return true;
    }

    /// <summary>The canonical combining class of a known mark (UnicodeData.txt); 0 of anything else.</summary>
    public static int ClassOf(char mark) => mark switch
    {
        '\u0327' or '\u0328' => 202,
        '\u031B' => 216,
        >= '\u0323' and <= '\u0326' or '\u032D' or '\u032E' or '\u0330' or '\u0331' => 220,
        '\u0345' => 240,
        >= '\u0300' and <= '\u0342' => 230,
        _ => 0,
    };
}
