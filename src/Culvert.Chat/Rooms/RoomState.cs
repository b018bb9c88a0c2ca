using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Culvert.Chat.Pages;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Rooms;

/// <summary>Writes what the scripts of the page of a room start from.</summary>
internal static class RoomState
{
    /// <summary>The longest text of a message, bytes of UTF-8.</summary>
    public const int MaxText = 16 * 1024;

    /// <summary>JSON that can stand in a <c>script</c> element: its texts have no <c>&lt;</c>.</summary>
    public static string Write(PageContext page, RoomView view)
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(
            output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteAll(json, page, view);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan).Replace("<", "\\u003c", StringComparison.Ordinal);
    }

    private static void WriteAll(Utf8JsonWriter json, PageContext page, RoomView view)
    {
        json.WriteStartObject();
        json.WritePropertyName("me"u8);
        WritePerson(json, page.Me);
        json.WritePropertyName("room"u8);
        JsonSerializer.Serialize(json, view.Room, RoomJson.Default.RoomInfo);
        json.WriteStartArray("rooms"u8);
        foreach (var room in page.Rooms)
        {
            JsonSerializer.Serialize(json, room, RoomJson.Default.RoomInfo);
        }

        json.WriteEndArray();
        json.WriteString("can"u8, view.Capability switch
        {
            Capability.Moderate => "moderate",
            Capability.Write => "write",
            _ => "read",
        });
        json.WriteNumber("target"u8, view.Target);
        json.WritePropertyName("page"u8);
        view.History.Write(json);
        json.WriteStartObject("people"u8);
        foreach (var person in view.People.Values.UnionBy(page.People.Values, static person => person.Name))
        {
            json.WritePropertyName(person.Name);
            WritePerson(json, person);
        }

        json.WriteEndObject();
        json.WriteString("language"u8, page.Text.Language);
        json.WriteString("texts"u8, page.Assets.PathOf($"texts/{page.Text.Language}.json"));
        json.WriteString("assets"u8, page.Assets.PathOf(""));
        json.WriteString("formToken"u8, page.FormToken);
        json.WriteStartObject("limits"u8);
        json.WriteNumber("maxText"u8, MaxText);
        json.WriteNumber("maxFileBytes"u8, view.MaxFileBytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePerson(Utf8JsonWriter json, PersonView person)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, person.Name);
        json.WriteString("title"u8, person.Title);
        if (person.Avatar is { } version)
        {
            json.WriteNumber("avatar"u8, version);
        }

        json.WriteString("role"u8, person.Role);
        json.WriteEndObject();
    }
}
