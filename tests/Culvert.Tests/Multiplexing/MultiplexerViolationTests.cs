using Culvert.Protocol.Multiplexing;
using static Culvert.Tests.Multiplexing.MuxWire;

namespace Culvert.Tests.Multiplexing;

/// <summary>How a peer can break the protocol, and the answer: a go-away with code 1, and nothing else.</summary>
public sealed class MultiplexerViolationTests
{
    public static TheoryData<string, MuxViolation, byte[]> Cases => new()
    {
        { "version", MuxViolation.BadVersion, [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "type", MuxViolation.UnknownType, [0, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "flag", MuxViolation.BadFlags, [0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "parity", MuxViolation.WrongParity, Window(2, 0, MuxFlags.Syn) },
        { "twice", MuxViolation.DuplicateStream, Window(1, 0, MuxFlags.Syn) },
        { "never opened there", MuxViolation.UnknownStream, Window(5, 10) },
        { "never opened here", MuxViolation.UnknownStream, Window(2, 10) },
        { "data, never opened", MuxViolation.UnknownStream, Data(7, 1) },
        { "after FIN", MuxViolation.DataAfterFin, [.. Data(1, 3, MuxFlags.Fin), .. Data(1, 1)] },
        { "overrun", MuxViolation.CreditOverrun, Frame(MuxFrameType.Data, MuxFlags.None, 1, (256 * 1024) + 1) },
        { "overrun at SYN", MuxViolation.CreditOverrun, Frame(MuxFrameType.Data, MuxFlags.Syn, 3, (256 * 1024) + 1) },
        { "overrun in two", MuxViolation.CreditOverrun, [.. Data(1, 256 * 1024), .. Data(1, 1)] },
        { "credit", MuxViolation.WindowOverflow, Window(1, uint.MaxValue) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_violation_ends_the_session_with_code_1(string name, MuxViolation violation, byte[] wire)
    {
        Assert.NotEmpty(name);
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);
        Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Syn, 0, 1));

        Assert.EndsWith("Violation", Feed(mux, wire), StringComparison.Ordinal);

        Assert.Equal(violation, mux.Violation);
        Assert.Equal("GoAway:0=1", Controls(mux));
        Assert.Equal("", Feed(mux, Data(1, 3)));
        Assert.False(mux.TryTakeData(stream, 3, true, 10, default, out _));
        Assert.Equal(MuxOpening.GoneAway, mux.TryOpen(default, out _));
        Assert.Equal("", Controls(mux));
    }

    [Fact]
    public void Data_beyond_the_credit_of_a_reset_stream_is_a_violation()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        mux.Reset(OpenedByPeer(mux, 1));

        Feed(mux, [.. Data(1, 256 * 1024), .. Data(1, 1)]);

        Assert.Equal(MuxViolation.CreditOverrun, mux.Violation);
    }

    [Fact]
    public void Of_the_streams_reset_here_only_so_many_are_remembered()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { MaxResetStreams = 16 });
        for (var id = 1u; id <= 33; id += 2)
        {
            mux.Reset(OpenedByPeer(mux, id));
        }

        Feed(mux, Data(3, 1));
        Assert.Equal(MuxViolation.None, mux.Violation);
        Feed(mux, Data(1, 1));
        Assert.Equal(MuxViolation.UnknownStream, mux.Violation);
    }

    [Fact]
    public void Pings_that_pile_up_end_the_session()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { MaxQueuedControls = 16 });
        for (var count = 0; count < 16; count++)
        {
            Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Syn, 0, 1));
        }

        Assert.Equal(MuxViolation.None, mux.Violation);
        Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Syn, 0, 1));

        Assert.Equal(MuxViolation.ControlFlood, mux.Violation);
        Assert.Equal("GoAway:0=1", Controls(mux));
    }

    [Fact]
    public void Credit_for_a_stream_that_both_finished_is_no_violation()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);
        Feed(mux, Window(1, 0, MuxFlags.Fin));
        mux.TryTakeData(stream, 0, true, 10, default, out _);
        Assert.True(stream.IsGone);

        Feed(mux, [.. Window(1, 50), .. Window(1, 0, MuxFlags.Rst), .. Data(1, 0)]);

        Assert.Equal(MuxViolation.None, mux.Violation);
    }

    [Fact]
    public void When_the_budget_is_spent_the_stream_with_the_most_unread_is_reset()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { SessionBudget = 1 << 20 });
        var streams = Enumerable.Range(0, 5).Select(n => OpenedByPeer(mux, (uint)(1 + (2 * n)))).ToList();
        Feed(mux, Data(1, 200 * 1024));
        foreach (var id in new uint[] { 3, 5, 7 })
        {
            Feed(mux, Data(id, 256 * 1024));
        }

        Feed(mux, Data(9, 10 * 1024));
        Assert.Equal(0, streams.Count(s => s.IsGone));
        var story = Feed(mux, Data(9, 90 * 1024));

        Assert.Single(streams, s => s.IsGone && s.Id is 3 or 5 or 7);
        Assert.Matches("^9:[a-z]+ [357]:Evicted$", story);
        Assert.Matches(@"^WindowUpdate\+Rst:[357]=0$", Controls(mux));
        Assert.True(mux.UnreadBytes <= 1 << 20);
    }
}
