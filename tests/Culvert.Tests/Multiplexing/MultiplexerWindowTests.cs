using Culvert.Protocol.Multiplexing;
using static Culvert.Tests.Multiplexing.MuxWire;

namespace Culvert.Tests.Multiplexing;

public sealed class MultiplexerWindowTests
{
    private const int Window = 256 * 1024;

    [Fact]
    public void Credit_goes_back_when_half_a_window_was_consumed_and_not_when_it_came()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);

        Feed(mux, Data(1, Window));
        Assert.Equal("", Controls(mux));
        mux.Consume(stream, (Window / 2) - 1, default);
        Assert.Equal("", Controls(mux));
        mux.Consume(stream, 1, default);

        Assert.Equal($"WindowUpdate:1={Window / 2}", Controls(mux));
        mux.Consume(stream, Window / 2, default);
        Assert.Equal("Ping+Syn:0=0 " + $"WindowUpdate:1={Window / 2}", Controls(mux));
        Assert.Equal(Window, stream.ReceiveCredit);
    }

    [Fact]
    public void Several_grants_go_into_one_frame()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);
        Feed(mux, Data(1, Window));

        mux.Consume(stream, Window / 2, default);
        mux.Consume(stream, 100, default);

        Assert.Equal($"WindowUpdate:1={(Window / 2) + 100}", Controls(mux));
    }

    [Fact]
    public void A_sender_without_credit_waits_and_is_told_of_more()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);

        Assert.True(mux.TryTakeData(stream, 1_000_000, false, 1_000_000, default, out var sent));
        Assert.Equal($"Data:1={Window}", Describe(sent));
        Assert.False(mux.TryTakeData(stream, 1, false, 100, TimeSpan.FromSeconds(1), out _));
        Assert.Equal("1:Credit", Feed(mux, MuxWire.Window(1, 10), TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.FromSeconds(2), mux.BlockedTime);
        Assert.Equal("", Feed(mux, MuxWire.Window(1, 10)));
        Assert.True(mux.TryTakeData(stream, 100, false, 100, default, out sent));
        Assert.Equal("Data:1=20", Describe(sent));
    }

    [Fact]
    public void A_fin_needs_no_credit()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions());
        var stream = OpenedByPeer(mux, 1);
        mux.TryTakeData(stream, Window, true, Window, default, out _);

        Assert.True(mux.TryTakeData(stream, 0, true, 100, default, out var sent));

        Assert.Equal("WindowUpdate+Fin:1=0", Describe(sent));
    }

    [Fact]
    public void A_window_consumed_within_two_round_trips_doubles_up_to_its_limit()
    {
        var options = new MultiplexerOptions { MaxStreamWindow = Window * 3 };
        var mux = new Multiplexer(MuxRole.Server, options);
        var stream = OpenedByPeer(mux, 1);
        MeasureRoundTrip(mux, TimeSpan.FromMilliseconds(50));

        ConsumeWindow(mux, stream, TimeSpan.FromMilliseconds(101));
        Assert.Equal(Window, stream.ReceiveWindow);
        ConsumeWindow(mux, stream, TimeSpan.FromMilliseconds(99));
        Assert.Equal(Window * 2, stream.ReceiveWindow);
        Assert.Equal(Window * 2, stream.ReceiveCredit);
        ConsumeWindow(mux, stream, TimeSpan.FromMilliseconds(60));

        Assert.Equal(Window * 3, stream.ReceiveWindow);
        Assert.Equal(Window * 3, stream.ReceiveCredit);
    }

    [Fact]
    public void All_windows_together_grow_by_half_the_budget()
    {
        var mux = new Multiplexer(MuxRole.Server, new MultiplexerOptions { SessionBudget = 1 << 20 });
        var first = OpenedByPeer(mux, 1);
        var second = OpenedByPeer(mux, 3);
        MeasureRoundTrip(mux, TimeSpan.FromMilliseconds(50));

        ConsumeWindow(mux, first, TimeSpan.FromMilliseconds(10));
        ConsumeWindow(mux, second, TimeSpan.FromMilliseconds(10));
        ConsumeWindow(mux, second, TimeSpan.FromMilliseconds(10));
        Assert.Equal(Window * 2, first.ReceiveWindow);
        Assert.Equal(Window * 2, second.ReceiveWindow);
        mux.Reset(first);
        ConsumeWindow(mux, second, TimeSpan.FromMilliseconds(10));

        Assert.Equal(Window * 3, second.ReceiveWindow);
    }

    [Fact]
    public void Sessions_that_share_a_reserve_grow_by_it_all_together_and_give_it_back_at_their_end()
    {
        var reserve = new WindowReserve(Window * 2);
        var options = new MultiplexerOptions { Reserve = reserve };
        var (one, other) = (new Multiplexer(MuxRole.Server, options), new Multiplexer(MuxRole.Server, options));
        var (first, second) = (OpenedByPeer(one, 1), OpenedByPeer(other, 1));
        MeasureRoundTrip(one, TimeSpan.FromMilliseconds(50));
        MeasureRoundTrip(other, TimeSpan.FromMilliseconds(50));

        ConsumeWindow(one, first, TimeSpan.FromMilliseconds(10));
        ConsumeWindow(one, first, TimeSpan.FromMilliseconds(10));
        Assert.Equal(Window * 2, reserve.TakenBytes);
        Assert.Equal(Window * 3, first.ReceiveWindow);
        ConsumeWindow(other, second, TimeSpan.FromMilliseconds(10));
        Assert.Equal(Window, second.ReceiveWindow);
        one.Close();
        Assert.Equal(0, reserve.TakenBytes);
        Assert.True(first.IsGone);
        ConsumeWindow(other, second, TimeSpan.FromMilliseconds(10));

        Assert.Equal(Window * 2, second.ReceiveWindow);
        Assert.Equal(Window, reserve.TakenBytes);
        other.Reset(second);
        Assert.Equal(0, reserve.TakenBytes);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new MultiplexerOptions { MaxStreams = 10_001 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new MultiplexerOptions { MaxStreamWindow = 1000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new MultiplexerOptions { SessionBudget = 0 }));
    }

    private static Multiplexer Make(MultiplexerOptions options) => new(MuxRole.Client, options);

    private static void MeasureRoundTrip(Multiplexer mux, TimeSpan time)
    {
        mux.Ping();
        Controls(mux);
        Assert.Equal("Pong", Feed(mux, Frame(MuxFrameType.Ping, MuxFlags.Ack, 0, 0), time));
    }

    /// <summary>Lets a full window come and go in this time, and brings the credit back.</summary>
    private static void ConsumeWindow(Multiplexer mux, MuxStreamState stream, TimeSpan time)
    {
        var from = TimeSpan.FromMilliseconds(60);
        var window = (int)stream.ReceiveWindow;
        Feed(mux, Data(stream.Id, window), from);
        mux.Consume(stream, 1, from);
        mux.Consume(stream, window - 1, from + time);
        Controls(mux);
        Assert.Equal(stream.ReceiveWindow, stream.ReceiveCredit);
    }
}
