using Culvert.Protocol.Multiplexing;
using static Culvert.Tests.Multiplexing.MuxWire;

namespace Culvert.Tests.Multiplexing;

/// <summary>What each frame does, on both ends.</summary>
public sealed class MultiplexerTests
{
    [Theory]
    [InlineData(MuxRole.Client, "WindowUpdate+Syn:1=0 WindowUpdate+Syn:3=0")]
    [InlineData(MuxRole.Server, "WindowUpdate+Syn:2=0 WindowUpdate+Syn:4=0")]
    public void Streams_opened_here_have_the_ids_of_the_role(MuxRole role, string frames)
    {
        var mux = new Multiplexer(role, new MultiplexerOptions());

        Assert.Equal(MuxOpening.Opened, mux.TryOpen(default, out _));
        Assert.Equal(MuxOpening.Opened, mux.TryOpen(default, out _));

        Assert.Equal(frames, Controls(mux));
    }

    [Theory]
    [InlineData(MuxRole.Server, 1u)]
    [InlineData(MuxRole.Client, 2u)]
    public void A_stream_of_the_peer_lives_through_every_flag(MuxRole role, uint id)
    {
        var mux = new Multiplexer(role, new MultiplexerOptions());

        Assert.Equal($"{id}:Opened {id}:abc", Feed(mux, Data(id, 3, MuxFlags.Syn)));
        var stream = Assert.Single(mux.Streams);
        Assert.Equal(1, mux.WaitingStreams);
        Assert.Equal("", Controls(mux));
        mux.Accept(stream);
        Assert.Equal($"WindowUpdate+Ack:{id}=0", Controls(mux));

        Assert.True(mux.TryTakeData(stream, 10, false, 4, default, out var sent));
        Assert.Equal($"Data:{id}=4", Describe(sent));
        Assert.Equal($"{id}:ab {id}:Finished", Feed(mux, Data(id, 2, MuxFlags.Fin)));
        Assert.True(mux.TryTakeData(stream, 6, true, 100, default, out sent));
        Assert.Equal($"Data:{id}=6", Describe(sent));
        Assert.True(mux.TryTakeData(stream, 0, true, 100, default, out sent));
        Assert.Equal($"WindowUpdate+Fin:{id}=0", Describe(sent));

        Assert.False(stream.IsGone);
        mux.Consume(stream, 5, default);
        Assert.True(stream.IsGone);
        Assert.Empty(mux.Streams);
        Assert.Equal(0, mux.UnreadBytes);
    }

    [Theory]
    [InlineData(MuxRole.Client, 1u)]
    [InlineData(MuxRole.Server, 2u)]
    public void A_stream_opened_here_lives_through_every_flag(MuxRole role, uint id)
    {
        var mux = new Multiplexer(role, new MultiplexerOptions());
        mux.TryOpen(default, out var stream);

        Assert.True(mux.TryTakeData(stream!, 3, false, 100, default, out var sent));
        Assert.Equal($"Data+Syn:{id}=3", Describe(sent));
        Assert.Equal("", Controls(mux));
        Assert.Equal($"{id}:Acknowledged {id}:abc", Feed(mux, Data(id, 3, MuxFlags.Ack)));
        Assert.True(stream!.IsAcknowledged);
        Assert.True(mux.TryTakeData(stream, 0, true, 100, default, out sent));
        Assert.Equal($"WindowUpdate+Fin:{id}=0", Describe(sent));

        Assert.Equal($"{id}:abcd {id}:Finished", Feed(mux, [.. Data(id, 4), .. Window(id, 0, MuxFlags.Fin)]));
        mux.Consume(stream, 7, default);
        Assert.True(stream.IsGone);
    }

    [Fact]
    public void A_reset_ends_both_directions_at_once()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);

        Assert.Equal("1:abc 1:Reset", Feed(mux, [.. Data(1, 3), .. Window(1, 0, MuxFlags.Rst)]));

        Assert.True(stream.IsGone);
        Assert.Equal(0, mux.UnreadBytes);
        Assert.False(mux.TryTakeData(stream, 10, true, 100, default, out _));
        mux.Consume(stream, 3, default);
        mux.Reset(stream);
        Assert.Equal("", Controls(mux));
    }

    [Fact]
    public void A_reset_from_here_forgives_what_was_on_the_way()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);

        mux.Reset(stream);

        Assert.Equal("WindowUpdate+Rst:1=0", Controls(mux));
        Assert.Equal("", Feed(mux, [.. Data(1, 50), .. Window(1, 9), .. Data(1, 3, MuxFlags.Fin)]));
        Assert.Equal(MuxViolation.None, mux.Violation);
    }

    [Fact]
    public void A_stream_aborted_before_its_first_frame_leaves_no_trace()
    {
        var mux = new Multiplexer(MuxRole.Client, new MultiplexerOptions());
        mux.TryOpen(default, out var stream);

        mux.Reset(stream!);

        Assert.Equal("", Controls(mux));
        Assert.Empty(mux.Streams);
    }

    [Fact]
    public void A_ping_is_answered_with_its_value()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());

        Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Syn, 0, 0xCAFE));

        Assert.Equal("Ping+Ack:0=51966", Controls(mux));
    }

    [Fact]
    public void A_ping_measures_the_round_trip()
    {
        var mux = new Multiplexer(MuxRole.Client, new MultiplexerOptions());

        Assert.True(mux.Ping());
        Assert.False(mux.Ping());
        Assert.Equal("Ping+Syn:0=0", Controls(mux, TimeSpan.FromMilliseconds(100)));
        Assert.Equal("", Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Ack, 0, 77), TimeSpan.FromMilliseconds(110)));
        Assert.Equal("Pong", Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Ack, 0, 0), TimeSpan.FromMilliseconds(180)));

        Assert.Equal(TimeSpan.FromMilliseconds(80), mux.RoundTripTime);
        Assert.True(mux.Ping());
        Assert.Equal("Ping+Syn:0=1", Controls(mux));
    }

    [Fact]
    public void After_our_go_away_the_peer_opens_no_streams_and_the_others_go_on()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        OpenedByPeer(mux, 1);

        mux.GoAway(GoAwayCode.Normal);

        Assert.Equal("GoAway:0=0", Controls(mux));
        Assert.Equal("1:abc", Feed(mux, [.. Window(3, 0, MuxFlags.Syn), .. Data(3, 8), .. Data(1, 3)]));
        Assert.Equal("WindowUpdate+Rst:3=0", Controls(mux));
        Assert.Equal(MuxOpening.GoneAway, mux.TryOpen(default, out _));
        Assert.Equal(1, mux.RefusedStreams);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(99u)]
    public void The_peers_go_away_is_reported_with_its_code(uint code)
    {
        var mux = new Multiplexer(MuxRole.Client, new MultiplexerOptions());

        Assert.Equal("GoAway", Feed(mux, Frame(MuxFrameType.GoAway, MuxFlags.None, 0, code)));

        Assert.Equal(code, mux.PeerGoAway);
        Assert.Equal(MuxOpening.GoneAway, mux.TryOpen(default, out _));
    }

    [Fact]
    public void Beyond_the_backlog_and_the_limit_streams_are_refused()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { MaxStreams = 4, AcceptBacklog = 2 });
        byte[] open = [.. Window(1, 0, MuxFlags.Syn), .. Window(3, 0, MuxFlags.Syn), .. Window(5, 0, MuxFlags.Syn)];

        Assert.Equal("1:Opened 3:Opened", Feed(mux, open));
        Assert.Equal("WindowUpdate+Rst:5=0", Controls(mux));
        foreach (var stream in mux.Streams.ToList())
        {
            mux.Accept(stream);
        }

        Controls(mux);
        mux.TryOpen(default, out _);
        Controls(mux);
        Assert.Equal("7:Opened", Feed(mux, [.. Window(7, 0, MuxFlags.Syn), .. Window(9, 0, MuxFlags.Syn)]));
        Assert.Equal("WindowUpdate+Rst:9=0", Controls(mux));
        Assert.Equal(MuxOpening.TooManyStreams, mux.TryOpen(default, out _));
    }

    [Fact]
    public void Streams_that_the_peer_opens_and_resets_still_fill_the_backlog()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { AcceptBacklog = 2 });
        for (var id = 1u; id < 5; id += 2)
        {
            Feed(mux, [.. Window(id, 0, MuxFlags.Syn), .. Window(id, 0, MuxFlags.Rst)]);
        }

        Feed(mux, Window(5, 0, MuxFlags.Syn));

        Assert.Equal("WindowUpdate+Rst:5=0", Controls(mux));
    }

    [Fact]
    public void Events_do_not_depend_on_how_the_bytes_are_cut()
    {
        byte[] wire =
        [
            .. Window(1, 100, MuxFlags.Syn), .. Data(3, 30, MuxFlags.Syn),
            .. Frame(MuxFrameType.Ping, MuxFlags.Syn, 0, 5), .. Data(1, 7), .. Data(3, 0),
            .. Data(3, 4, MuxFlags.Fin), .. Data(5, 3, MuxFlags.Syn | MuxFlags.Fin),
            .. Window(1, 0, MuxFlags.Rst), .. Data(1, 11), .. Frame(MuxFrameType.GoAway, MuxFlags.None, 0, 0),
        ];
        var whole = Cut(wire, wire.Length);
        Assert.StartsWith("1:Opened 3:Opened 3:abcdefg", whole, StringComparison.Ordinal);
        Assert.EndsWith("3:Finished 5:Opened 5:abc 5:Finished 1:Reset GoAway", whole, StringComparison.Ordinal);

        for (var at = 0; at <= wire.Length; at++)
        {
            Assert.Equal(whole, Cut(wire, at));
        }

        for (var piece = 1; piece < 40; piece++)
        {
            var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
            var story = new Story();
            foreach (var bytes in wire.Chunk(piece))
            {
                story.Feed(mux, bytes);
            }

            Assert.Equal(whole, story.ToString());
        }
    }

    private static string Cut(byte[] wire, int at)
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var story = new Story();
        story.Feed(mux, wire.AsSpan(0, at));
        story.Feed(mux, wire.AsSpan(at));
        return story.ToString();
    }
}
