using System.Buffers;
using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;

namespace Culvert.Tests.Rooms;

public sealed class FaceTests : IDisposable
{
    private const string Line =
        """{"ev":"msg","room":"lobby","offset":42,"seq":7,"at":1790000000123,"from":"alice","key":"k","""
        + "\"data\":{\"text\":\"hi\"}}";

    private readonly RoomRig _rig = new();

    [Fact]
    public void Each_face_has_its_exact_bytes()
    {
        var encoded = Message("""{"text":"hi"}""");

        Assert.Equal(Line, Text(encoded, Face.Line));
        Assert.Equal(Line + "\n", Text(encoded, Face.Ndjson));
        Assert.Equal(
            $"id: {_rig.Room.Epoch}-42\nevent: msg\ndata: {Line}\n\n", Text(encoded, Face.EventStream));
        Assert.Equal($"event: msg\ndata: {Line}\n\n", Text(encoded, Face.EventStreamBody));
        Assert.Equal(WebSocketWriter.Prepare(Opcode.Text, Encoding.UTF8.GetBytes(Line)), encoded.As(Face.Frame));
        Assert.Equal(
            WebSocketWriter.Prepare(Opcode.Text, Encoding.UTF8.GetBytes(Line), deflate: true),
            encoded.As(Face.DeflatedFrame));
        Assert.Equal(
            Frame("""{"text":"hi","created_at":"2026-09-21T14:13:20.123Z","user":"alice"}"""),
            encoded.As(Face.PlainFrame));
    }

    [Fact]
    public void A_form_is_built_once()
    {
        var encoded = Message("""{"text":"hi"}""");

        for (var face = Face.Ndjson; face <= Face.Line; face++)
        {
            Assert.True(encoded.As(face) == encoded.As(face), $"{face} was built twice.");
        }
    }

    [Theory]
    [InlineData("""{"text":"a \"b\" ü"}""", "a \"b\" ü")]
    [InlineData("\"just text\"", "just text")]
    [InlineData("""{"n":1}""", """{"n":1}""")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("""{"text":5}""", """{"text":5}""")]
    [InlineData("null", "null")]
    public void The_plain_face_shows_the_text_of_any_message(string data, string text)
    {
        var shown = Unframe(Message(data).As(Face.PlainFrame));

        using var json = System.Text.Json.JsonDocument.Parse(shown);
        Assert.Equal(text, json.RootElement.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(EventKind.Edit, "")]
    [InlineData(EventKind.Erase, "")]
    [InlineData(EventKind.React, "")]
    [InlineData(EventKind.Settings, "")]
    [InlineData(EventKind.Clear, """{"cmd":"empty"}""")]
    [InlineData(EventKind.Join, """{"text":"@alice joined","created_at":"2026-09-21T14:13:20.123Z","user":null}""")]
    [InlineData(
        EventKind.Kick,
        """{"text":"@bob was removed by @alice","created_at":"2026-09-21T14:13:20.123Z","user":null}""")]
    public void The_plain_face_shows_some_kinds_only(EventKind kind, string expected)
    {
        var act = new Act(kind) { Detail = "\"user\":\"bob\""u8.ToArray() };

        Assert.Equal(expected, Unframe(Event(act).As(Face.PlainFrame)));
    }

    [Fact]
    public void An_erased_message_is_not_shown_plainly()
    {
        Assert.Equal(0, Message("\"x\"").WithText(default, 1).As(Face.PlainFrame).Length);
    }

    [Fact]
    public void Control_lines_have_the_form_of_their_face()
    {
        Assert.Equal("{}\n", Control(Face.Ndjson));
        Assert.Equal("id: e-1\nevent: ready\ndata: {}\n\n", Control(Face.EventStream));
        Assert.Equal("id: e-1\nevent: ready\ndata: {}\n\n", Control(Face.EventStreamBody));
        Assert.Equal(Frame("{}"), Encoding.Latin1.GetBytes(Control(Face.Frame)));
        Assert.Equal(Frame("{}"), Encoding.Latin1.GetBytes(Control(Face.DeflatedFrame)));
        Assert.Equal("", Control(Face.PlainFrame));
    }

    [Fact]
    public void A_farewell_ends_with_a_close_frame_where_there_are_frames()
    {
        const string Bye = """{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":500}""";
        var close = new ArrayBufferWriter<byte>();
        WebSocketWriter.WriteClose(close, 1012, "restarting");

        Assert.Equal(Bye + "\n", Farewell(Face.Ndjson));
        Assert.Equal($"event: bye\ndata: {Bye}\n\n", Farewell(Face.EventStream));
        Assert.Equal(
            (byte[])[.. Frame(Bye), .. close.WrittenSpan],
            FaceWriter.Farewell(Face.Frame, StreamCloseCode.Restarting, 500));
        Assert.Equal(
            close.WrittenSpan.ToArray(), FaceWriter.Farewell(Face.PlainFrame, StreamCloseCode.Restarting, 500));
    }

    [Fact]
    public void Web_sockets_have_no_heartbeat_line()
    {
        Assert.Equal("{\"ev\":\"hb\"}\n"u8.ToArray(), Heartbeats.As(Face.Ndjson));
        Assert.Equal("event: hb\ndata: {\"ev\":\"hb\"}\n\n"u8.ToArray(), Heartbeats.As(Face.EventStreamBody));
        Assert.Empty(Heartbeats.As(Face.Frame));
        Assert.Empty(Heartbeats.As(Face.PlainFrame));
    }

    [Fact]
    public void An_ephemeral_line_is_for_whom_it_is_for()
    {
        var here = EphemeralEvent.Here("lobby", 3, ["bob"], []);

        Assert.Equal(
            "{\"ev\":\"here\",\"room\":\"lobby\",\"pv\":3,\"join\":[\"bob\"],\"leave\":[]}\n",
            Encoding.UTF8.GetString(here.As(Face.Ndjson)));
        Assert.Same(here.As(Face.Frame), here.As(Face.Frame));
        Assert.True(here.IsFor(1));
        Assert.False(new EphemeralEvent([1], [2]) { ExceptUser = 1 }.IsFor(1));
        Assert.True(new EphemeralEvent([1], [2]) { OnlyUser = 1 }.IsFor(1));
        Assert.False(new EphemeralEvent([1], [2]) { OnlyUser = 1 }.IsFor(2));
    }

    public void Dispose() => _rig.Dispose();

    private static string Control(Face face)
    {
        var output = new ArrayBufferWriter<byte>();
        FaceWriter.WriteControl(output, face, "ready"u8, "{}"u8, "e-1"u8);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }

    private static string Farewell(Face face) =>
        Encoding.UTF8.GetString(FaceWriter.Farewell(face, StreamCloseCode.Restarting, 500));

    private static byte[] Frame(string text) => WebSocketWriter.Prepare(Opcode.Text, Encoding.UTF8.GetBytes(text));

    private static string Unframe(ReadOnlySpan<byte> frame)
    {
        var header = frame.Length == 0 ? 0 : frame[1] < 126 ? 2 : 4;
        return Encoding.UTF8.GetString(frame[header..]);
    }

    private static string Text(EncodedEvent encoded, Face face) => Encoding.UTF8.GetString(encoded.As(face));

    private EncodedEvent Message(string data) => Event(Acts.Message(Encoding.UTF8.GetBytes(data), "k"));

    private EncodedEvent Event(Act act) =>
        EncodedEvent.Of(_rig.Room, new SimulatedAppend(_rig.Room, RoomRig.Alice, act, false, static _ => { })
        {
            Offset = 42,
            Seq = 7,
            At = 1_790_000_000_123,
            Rev = 1,
        });
}
