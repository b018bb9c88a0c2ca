using System.Text.Json;

namespace Culvert.Chat.Search.Words;

/// <summary>What a message says and carries, out of its data, which anybody may have written.</summary>
/// <param name="Text">Its text; empty when it has none.</param>
/// <param name="Files">What it says of its files; only the ids are to be believed, and they are to be checked.</param>
internal sealed record MessageContent(string Text, IReadOnlyList<MessageContent.NamedFile> Files)
{
    /// <summary>More files than a message may have are not looked at.</summary>
    private const int MaxFiles = 50;

    private static readonly MessageContent Empty = new("", []);

    /// <summary>Reads compact JSON: an object with <c>text</c> and <c>files</c>, or a text.</summary>
    public static MessageContent Read(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.String => new MessageContent(root.GetString() ?? "", []),
                JsonValueKind.Object => new MessageContent(TextOf(root, "text"), FilesOf(root)),
                _ => Empty,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Stored by a version that allowed it, or half of a surrogate pair: it has no words.
            return Empty;
        }
    }

    private static List<NamedFile> FilesOf(JsonElement root)
    {
        List<NamedFile> files = [];
        if (root.TryGetProperty("files", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var file in list.EnumerateArray().Take(MaxFiles))
            {
                if (file.ValueKind == JsonValueKind.Object && TextOf(file, "id") is { Length: > 0 } id)
                {
                    files.Add(new NamedFile(id, TextOf(file, "name"), TextOf(file, "type")));
                }
            }
        }

        return files;
    }

    private static string TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    /// <summary>A file as the message's data names it.</summary>
    internal readonly record struct NamedFile(string Id, string Name, string Type);
}
