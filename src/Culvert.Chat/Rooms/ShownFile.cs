using System.Text.Json;

namespace Culvert.Chat.Rooms;

/// <summary>A file of a message as a page without scripts shows it. Immutable.</summary>
/// <param name="Id">Names it in its room.</param>
/// <param name="Name">What its sender called it.</param>
/// <param name="Size">Bytes.</param>
internal sealed record ShownFile(string Id, string Name, long Size)
{
    /// <summary>Null for what is no file: the data of a message may be anything.</summary>
    public static ShownFile? Read(JsonElement file) =>
        file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
        && file.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? new ShownFile(
                id.GetString() ?? "",
                name.GetString() ?? "",
                file.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : 0)
            : null;

    /// <summary>The address of its content.</summary>
    public string PathIn(string room) =>
        $"/v1/rooms/{Uri.EscapeDataString(room)}/files/{Uri.EscapeDataString(Id)}/{Uri.EscapeDataString(Name)}";
}
