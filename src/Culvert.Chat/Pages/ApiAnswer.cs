using System.Text.Json;
using Culvert.Chat.Texts;

namespace Culvert.Chat.Pages;

/// <summary>What an endpoint of the API answered a page.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The JSON; null when there was no body.</param>
internal sealed record ApiAnswer(int Status, JsonElement? Body)
{
    /// <summary>True when it was done.</summary>
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>The catalogue's word for the refusal; empty for none.</summary>
    public string Code => Find("code")?.GetString() ?? "";

    /// <summary>The member as one of the rows of a page; the default when it was refused or is not there.</summary>
    public T? Read<T>(string member) =>
        IsDone && Find(member) is { } found ? found.Deserialize<T>(JsonSerializerOptions.Web) : default;

    /// <summary>The whole body as one of the rows of a page; the default when it was refused.</summary>
    public T? Read<T>() => IsDone && Body is { } body ? body.Deserialize<T>(JsonSerializerOptions.Web) : default;

    /// <summary>The refusal in the words of the pages.</summary>
    public string Why(Text text) => Wording.Of(
        text,
        Code,
        Find("reason")?.GetString(),
        Find("values")?.Deserialize<Dictionary<string, string>>(),
        Find("after_ms")?.GetDouble() ?? 0);

    private JsonElement? Find(string member) =>
        Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty(member, out var found) ? found : null;
}
