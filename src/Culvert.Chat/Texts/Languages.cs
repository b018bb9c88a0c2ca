namespace Culvert.Chat.Texts;

/// <summary>The languages that there are texts in, each under its own name.</summary>
internal static class Languages
{
    public static readonly IReadOnlyList<(string Language, string Name)> All =
        [("en", "English"), ("ru", "Русский")];
}
