using System.Buffers;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class EventWriterTests
{
    private const string Message = "\"room\":\"lobby\",\"offset\":1042,\"seq\":980,\"rev\":2,\"at\":17";

    public static TheoryData<EventKind, string, string, string> Kinds => new()
    {
        {
            EventKind.Message, "1", "",
            $$$"""{"ev":"msg",{{{Message}}},"from":"alice","key":"c-91","data":1}"""
        },
        {
            EventKind.Edit, "{\"text\":\"b\"}", "",
            $$$"""{"ev":"edit",{{{Message}}},"by":"alice","key":"c-91","data":{"text":"b"}}"""
        },
        {
            EventKind.Erase, "", "\"why\":\"spam\"",
            $$$"""{"ev":"erase",{{{Message}}},"by":"alice","key":"c-91","why":"spam"}"""
        },
        {
            EventKind.React, "", "\"emoji\":\"+1\",\"on\":true",
            $$$"""{"ev":"react",{{{Message}}},"from":"alice","key":"c-91","emoji":"+1","on":true}"""
        },
    };

    [Fact]
    public void A_message_has_its_members_in_the_documented_order()
    {
        var roomEvent = new RoomEventView
        {
            Kind = EventKind.Message,
            Room = "lobby"u8,
            Offset = 1042,
            Seq = 980,
            At = 1790000000123,
            Actor = "alice"u8,
            Key = "c-91"u8,
            Data = "{\"text\":\"hi\"}"u8,
            Rev = 1,
        };

        Assert.Equal(
            """{"ev":"msg","room":"lobby","offset":1042,"seq":980,"at":1790000000123,""" +
            """
            "from":"alice","key":"c-91","data":{"text":"hi"}}
            """,
            Line(roomEvent));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Events_about_a_message_carry_its_number(EventKind kind, string data, string detail, string expected)
    {
        var roomEvent = new RoomEventView
        {
            Kind = kind,
            Room = "lobby"u8,
            Offset = 1042,
            Seq = 980,
            At = 17,
            Actor = "alice"u8,
            Key = "c-91"u8,
            Data = Encoding.UTF8.GetBytes(data),
            Rev = 2,
            Detail = Encoding.UTF8.GetBytes(detail),
        };

        Assert.Equal(expected, Line(roomEvent));
    }

    [Theory]
    [InlineData(EventKind.Join, "from", "join")]
    [InlineData(EventKind.Leave, "from", "leave")]
    [InlineData(EventKind.Kick, "by", "kick")]
    [InlineData(EventKind.Ban, "by", "ban")]
    [InlineData(EventKind.Unban, "by", "unban")]
    [InlineData(EventKind.Mute, "by", "mute")]
    [InlineData(EventKind.Unmute, "by", "unmute")]
    [InlineData(EventKind.Topic, "by", "topic")]
    [InlineData(EventKind.Clear, "by", "clear")]
    [InlineData(EventKind.Settings, "by", "settings")]
    public void Events_about_the_room_have_no_message_number(EventKind kind, string actor, string name)
    {
        var roomEvent = new RoomEventView
        {
            Kind = kind,
            Room = "lobby"u8,
            Offset = 3,
            At = 17,
            Actor = "mod"u8,
            Detail = "\"user\":\"bob\",\"until\":99"u8,
        };

        Assert.Equal(
            $$$"""{"ev":"{{{name}}}","room":"lobby","offset":3,"at":17,"{{{actor}}}":"mod","user":"bob","until":99}""",
            Line(roomEvent));
        Assert.True(EventNames.TryParse(name, out var parsed));
        Assert.Equal(kind, parsed);
    }

    [Fact]
    public void An_erased_message_of_a_page_is_a_tombstone_without_offset()
    {
        var roomEvent = new RoomEventView
        {
            Kind = EventKind.Message,
            Room = "lobby"u8,
            Offset = 0,
            Seq = 5,
            At = 17,
            Actor = default,
            Erased = true,
            Data = "ignored"u8,
        };

        Assert.Equal("""{"ev":"msg","room":"lobby","seq":5,"at":17,"erased":true}""", Line(roomEvent));
    }

    [Fact]
    public void Names_are_escaped_where_json_needs_it_and_stay_raw_elsewhere()
    {
        var odd = "a\"\\\n\u0001\u007Fż😀";
        var roomEvent = new RoomEventView
        {
            Kind = EventKind.Message,
            Room = Encoding.UTF8.GetBytes(odd),
            Offset = 1,
            At = 1,
            Actor = Encoding.UTF8.GetBytes(odd),
        };

        var line = Line(roomEvent);

        Assert.Contains("a\\\"\\\\\\n\\u0001\u007Fż😀", line, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(line);
        Assert.Equal(odd, document.RootElement.GetProperty("room").GetString());
        Assert.Equal(odd, document.RootElement.GetProperty("from").GetString());
    }

    [Fact]
    public void A_value_that_is_no_kind_is_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EventNames.Of((EventKind)99).Length);
        Assert.False(EventNames.TryParse("here", out _));
        Assert.False(EventNames.TryParse("a-name-that-is-longer-than-any", out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Long_data_arrives_whole(int length)
    {
        var data = Encoding.UTF8.GetBytes('"' + new string('x', length) + '"');
        var roomEvent = new RoomEventView
        {
            Kind = EventKind.Message,
            Room = "r"u8,
            Offset = long.MaxValue,
            At = long.MaxValue,
            Data = data,
        };

        using var document = JsonDocument.Parse(Line(roomEvent));

        Assert.Equal(length, document.RootElement.GetProperty("data").GetString()!.Length);
        Assert.Equal(long.MaxValue, document.RootElement.GetProperty("offset").GetInt64());
    }

    [Fact]
    public void Writing_events_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var data = Encoding.UTF8.GetBytes("{\"text\":\"hello there\"}");
        var cursor = new RoomCursor("e1", 7);
        string[] join = ["bob", "żaneta \"z\""];
        var limits = new ServerLimits();
        WriteAll();
        WriteAll();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            WriteAll();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void WriteAll()
        {
            output.ResetWrittenCount();
            EventWriter.Write(output, new RoomEventView
            {
                Kind = EventKind.Message,
                Room = "lobby"u8,
                Offset = 1,
                Seq = 1,
                At = 1790000000123,
                Actor = "al\"ice"u8,
                Key = "k"u8,
                Data = data,
            });
            EventWriter.WriteHere(output, "lobby", 1, join, []);
            EventWriter.WriteReady(output, "lobby", cursor, 1, 2);
            EventWriter.WriteHello(output, limits);
            ReplyWriter.WriteError(output, 1, ErrorCode.RateLimited, null, 5);
            ReplyWriter.WritePublished(output, 1, 2, 3, false, "disk");
        }
    }

    internal static string Line(in RoomEventView roomEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        EventWriter.Write(output, roomEvent);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
