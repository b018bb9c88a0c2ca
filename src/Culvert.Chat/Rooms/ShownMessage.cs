using System.Text.Json;
using Culvert.Chat.Markup;

namespace Culvert.Chat.Rooms;

/// <summary>A message as a page without scripts shows it. Immutable.</summary>
internal sealed record ShownMessage
{
    private const int ExcerptLength = 120;

    public required long Seq { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The author's name.</summary>
    public required string From { get; init; }

    /// <summary>As written; null when it was erased.</summary>
    public required string? Text { get; init; }

    public required bool IsEdited { get; init; }

    /// <summary>The message it answers; 0 for none.</summary>
    public required long Reply { get; init; }

    /// <summary>Who reacted, by emoji, in the order of the page.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Reactions { get; init; }

    public required IReadOnlyList<ShownFile> Files { get; init; }

    /// <summary>One line of it without marks, or the name of its first file; <c>messages.js</c> has the same.</summary>
    public string Excerpt
    {
        get
        {
            var line = MarkupText.Of(Text ?? "");
            return MarkupText.Cut(line.Length == 0 && Files.Count > 0 ? Files[0].Name : line, ExcerptLength);
        }
    }

    /// <summary>Reads the members of a page: <c>msg</c> lines, joined by commas.</summary>
    public static IReadOnlyList<ShownMessage> ReadAll(ReadOnlySpan<byte> events)
    {
        byte[] array = [(byte)'[', .. events, (byte)']'];
        using var document = JsonDocument.Parse(array);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ShownMessage Read(JsonElement line)
    {
        var hasData = line.TryGetProperty("data", out var data);
        return new ShownMessage
        {
            Seq = line.GetProperty("seq").GetInt64(),
            At = DateTimeOffset.FromUnixTimeMilliseconds(line.GetProperty("at").GetInt64()),
            From = line.TryGetProperty("from", out var from) ? from.GetString() ?? "" : "",
            Text = hasData ? TextOf(data) : null,
            IsEdited = line.TryGetProperty("rev", out _),
            Reply = NumberOf(data, "reply"),
            Reactions = line.TryGetProperty("reactions", out var reactions) ? ReactionsOf(reactions) : [],
            Files = hasData ? FilesOf(data) : [],
        };
    }

    /// <summary>Programs may publish any JSON: what is no text of a chat is shown as it is.</summary>
    private static string TextOf(JsonElement data) => data switch
    {
        { ValueKind: JsonValueKind.String } => data.GetString() ?? "",
        { ValueKind: JsonValueKind.Object } when data.TryGetProperty("text", out var text)
            && text.ValueKind == JsonValueKind.String => text.GetString() ?? "",
        _ => data.GetRawText(),
    };

    private static long NumberOf(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    private static KeyValuePair<string, IReadOnlyList<string>>[] ReactionsOf(JsonElement reactions) =>
        [.. reactions.EnumerateObject().Select(static emoji => KeyValuePair.Create<string, IReadOnlyList<string>>(
            emoji.Name, [.. emoji.Value.EnumerateArray().Select(static name => name.GetString() ?? "")]))];

    private static ShownFile[] FilesOf(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("files", out var files)
        && files.ValueKind == JsonValueKind.Array
            ? [.. files.EnumerateArray().Select(ShownFile.Read).OfType<ShownFile>()]
            : [];
}
