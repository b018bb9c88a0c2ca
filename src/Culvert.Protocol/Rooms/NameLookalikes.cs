using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// Letters that look like a Latin one: the part of the confusables of Unicode UTS #39 §4 names can use.
/// </summary>
/// <remarks>
/// A look-alike of either case counts for both, so that a key stays blind to case. Two names with one key need not
/// look alike; what matters is that two that do never have two keys. Digits and letters (0 and o, 1 and l) stay
/// apart: too many honest names differ only in them.
/// </remarks>
internal static class NameLookalikes
{
    // Each look-alike followed by its Latin letter, as both look in one of their cases.
    private const string Cyrillic = "аaвbгrеeкkмmнhоoпnрpсcтtуyхxьbѕsіiјjһhүyӏlԁdԛqԝwѵvҽeԍg";
    private const string Greek = "αaβbγyεeζzηnιiκkμmνvοoρpσoςoτtυuχxϲcϳj";
    private const string Armenian = "օoոnսuհhցgյjզq";
    private const string Latin = "ıiɑaɡgɩiɪiʏyʙbɢgʜhʟlɴnʀrᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜰfꜱsƅbʋuɾrƽsȷj";
    private const string Cherokee = "ᎠdᎡrᎢtᎥiᎩyᎪaᎫjᎬeᎳwᎷmᎻhᏀgᏂhᏃzᏏbᏒrᏔwᏚsᏙvᏞlᏟcᏢpᏦkᏴb";
    private const string Lisu = "ꓐbꓑpꓒdꓓdꓔtꓖgꓗkꓙjꓚcꓜzꓝfꓟmꓠnꓡlꓢsꓣrꓦvꓧhꓪwꓫxꓬyꓮaꓰeꓲiꓳoꓴu";

    private static readonly Dictionary<Rune, char> Letters = Build();

    /// <summary>The case-folded look-alike of a letter without marks, or the case-folded letter itself.</summary>
    /// <param name="letter">The letter as written.</param>
    /// <param name="besideLatin">
    /// True when the name has ASCII letters too. Three Greek capitals look like another letter than their small
    /// forms; among Latin letters the capital's look decides, in a Greek name the small one's.
    /// </param>
    public static Rune Fold(Rune letter, bool besideLatin)
    {
        if (besideLatin && letter.Value is 'Η' or 'Ν' or 'Υ')
        {
            return new Rune(letter.Value switch { 'Η' => 'h', 'Ν' => 'n', _ => 'y' });
        }

        var folded = Rune.ToLowerInvariant(letter);
        // The table has no ASCII, and a server that sees nothing else need not make it.
        return !folded.IsAscii && Letters.TryGetValue(folded, out var latin) ? new Rune(latin) : folded;
    }

    private static Dictionary<Rune, char> Build()
    {
        var letters = new Dictionary<Rune, char>();
        foreach (var table in new[] { Cyrillic, Greek, Armenian, Latin, Cherokee, Lisu })
        {
            for (var index = 0; index < table.Length; index += 2)
            {
                letters[Rune.ToLowerInvariant(new Rune(table[index]))] = table[index + 1];
            }
        }

        return letters;
    }
}
