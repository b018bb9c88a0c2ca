using System.Text;
using System.Text.Json;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>Takes the bytes of an NDJSON or event stream apart, however they are cut.</summary>
internal sealed class WireParser(Face face)
{
    private string _rest = "";

    /// <summary>The lines that are complete now, with the id of each where it has one.</summary>
    public IEnumerable<(string? Id, JsonElement Line)> Take(ReadOnlyMemory<byte> bytes)
    {
        // Everything in a simulation is ASCII, so a cut never splits a character.
        _rest += Encoding.ASCII.GetString(bytes.Span);
        var end = face == Face.Ndjson ? "\n" : "\n\n";
        while (_rest.IndexOf(end, StringComparison.Ordinal) is var at and >= 0)
        {
            var whole = _rest[..at];
            _rest = _rest[(at + end.Length)..];
            yield return face == Face.Ndjson ? (null, Json(whole)) : Event(whole);
        }
    }

    private static (string? Id, JsonElement Line) Event(string block)
    {
        string? id = null;
        string? name = null;
        JsonElement? line = null;
        foreach (var field in block.Split('\n'))
        {
            var (key, value) = (field[..field.IndexOf(':')], field[(field.IndexOf(':') + 2)..]);
            _ = key switch
            {
                "id" => id = value,
                "event" => name = value,
                "data" => (object)(line = Json(value)),
                _ => throw new InvalidOperationException($"Unknown field {key}."),
            };
        }

        Assert.Equal(name, line!.Value.GetProperty("ev").GetString());
        return (id, line.Value);
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
