using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Culvert.Server.Connections;

namespace Culvert.Tests.Connections;

public class SocketPipeReaderTests : IAsyncDisposable
{
    private readonly SocketPair _pair = new();
    private readonly SocketPipeReader _reader;
    private readonly SocketLoops? _loops;

    public SocketPipeReaderTests()
        : this(null)
    {
    }

    private protected SocketPipeReaderTests(SocketLoops? loops)
    {
        _loops = loops;
        _reader = new SocketPipeReader(_pair.Ours);
        if (loops?.For(_pair.Ours) is { } readiness)
        {
            Assert.True(_reader.TryWaitOn(readiness));
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _pair.Dispose();
        _reader.Dispose();
        _loops?.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Any_split_arrives_in_order(bool holds)
    {
        _reader.HoldsBuffer = holds;
        for (var split = 0; split <= 8; split++)
        {
            var text = $"abc{split}efgh";
            _pair.SendAll(Bytes(text[..split]));
            var seen = split == 0 ? "" : await TakeAsync();
            var reading = ReadAsync();
            _pair.SendAll(Bytes(text[split..] + "!"));
            var read = await reading;
            seen += Encoding.ASCII.GetString(read.Buffer);
            _reader.AdvanceTo(read.Buffer.End);
            while (!seen.EndsWith('!'))
            {
                seen += await TakeAsync();
            }

            Assert.Equal(text + "!", seen);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_waits_for_something_behind_what_was_examined(bool holds)
    {
        _reader.HoldsBuffer = holds;
        _pair.SendAll("ab"u8);
        var read = await ReadAsync();
        _reader.AdvanceTo(read.Buffer.GetPosition(1), read.Buffer.End);
        Assert.False(_reader.TryRead(out _));

        var waiting = _reader.ReadAsync(Cancel);
        Assert.False(waiting.IsCompleted);
        _pair.SendAll("c"u8);
        read = await waiting.AsTask().WaitAsync(SocketPair.Limit, Cancel);
        Assert.Equal("bc", Encoding.ASCII.GetString(read.Buffer));
        _reader.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(1));

        Assert.True(_reader.TryRead(out read));
        Assert.Equal("bc", Encoding.ASCII.GetString(read.Buffer));
        _reader.AdvanceTo(read.Buffer.End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_survive_a_cancelled_read_that_consumed_everything(bool holds)
    {
        _reader.HoldsBuffer = holds;
        _pair.SendAll("head"u8);
        var read = await ReadAsync();
        _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var waiting = _reader.ReadAsync(Cancel);
        _reader.CancelPendingRead();
        read = await waiting;
        Assert.True(read.IsCanceled);
        Assert.Equal("head", Encoding.ASCII.GetString(read.Buffer));

        // The receive goes on, and the kernel may write behind what is consumed now.
        _reader.AdvanceTo(read.Buffer.End);
        _pair.SendAll("next"u8);

        var seen = "";
        while (seen.Length < 4)
        {
            seen += await TakeAsync();
        }

        Assert.Equal("next", seen);
    }

    [Fact]
    public async Task A_cancel_counts_once_before_a_read_while_it_waits_and_with_data()
    {
        _reader.CancelPendingRead();
        var read = await ReadAsync();
        Assert.True(read.IsCanceled);
        Assert.True(read.Buffer.IsEmpty);
        _reader.AdvanceTo(read.Buffer.Start);

        var waiting = _reader.ReadAsync(Cancel);
        Assert.False(waiting.IsCompleted);
        _reader.CancelPendingRead();
        Assert.True((await waiting).IsCanceled);
        _reader.AdvanceTo(default);

        _pair.SendAll("a"u8);
        read = await ReadAsync();
        _reader.AdvanceTo(read.Buffer.Start);
        _reader.CancelPendingRead();
        read = await ReadAsync();
        Assert.True(read.IsCanceled);
        Assert.Equal(1, read.Buffer.Length);
        _reader.AdvanceTo(read.Buffer.Start);
        Assert.False((await ReadAsync()).IsCanceled);
    }

    [Fact]
    public async Task A_token_ends_its_read_and_no_other()
    {
        using var source = new CancellationTokenSource();
        var waiting = _reader.ReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await waiting.AsTask().WaitAsync(SocketPair.Limit, Cancel));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _reader.ReadAsync(source.Token));

        _pair.SendAll("a"u8);
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public async Task The_end_comes_behind_the_last_bytes()
    {
        _pair.SendAll("a"u8);
        _pair.Peer.Shutdown(SocketShutdown.Send);
        var seen = "";
        ReadResult read;
        do
        {
            read = await ReadAsync();
            seen += Encoding.ASCII.GetString(read.Buffer);
            _reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        Assert.Equal("a", seen);
        Assert.Equal(SocketError.Success, _reader.Error);
        Assert.True((await ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task A_reset_is_an_end_with_an_error()
    {
        var waiting = _reader.ReadAsync(Cancel);
        _pair.Reset();
        var read = await waiting.AsTask().WaitAsync(SocketPair.Limit, Cancel);
        Assert.True(read.IsCompleted);
        Assert.Equal(SocketError.ConnectionReset, _reader.Error);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Disposing_ends_the_read_that_waits_and_those_after(bool holds, bool waits)
    {
        _reader.HoldsBuffer = holds;
        if (!waits)
        {
            _pair.SendAll("a"u8);
            await TakeAsync();
            _reader.CancelPendingRead();
            await ReadAsync();
            _reader.AdvanceTo(default);
        }

        var waiting = waits ? _reader.ReadAsync(Cancel).AsTask() : null;
        _pair.Ours.Dispose();
        _reader.Dispose();
        if (waiting is not null)
        {
            Assert.True((await waiting.WaitAsync(SocketPair.Limit, Cancel)).IsCompleted);
            _reader.AdvanceTo(default);
        }

        Assert.True((await ReadAsync()).IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_between_reads_of_a_used_reader_is_an_end(bool holds)
    {
        _reader.HoldsBuffer = holds;
        for (var i = 0; i < 3; i++)
        {
            var waiting = TakeAsync();
            _pair.SendAll("a"u8);
            Assert.Equal("a", await waiting);
        }

        _pair.Ours.Dispose();
        _reader.Dispose();

        Assert.True((await ReadAsync()).IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_reader_resumes_where_it_was_told_to(bool onPool)
    {
        _reader.ResumesOnPool = onPool;
        SynchronizationContext.SetSynchronizationContext(null);
        var resuming = ThreadOfReadAsync();
        var canceller = 0;
        var canceling = new Thread(() =>
        {
            canceller = Environment.CurrentManagedThreadId;
            _reader.CancelPendingRead();
        });
        canceling.Start();
        var thread = await resuming.WaitAsync(SocketPair.Limit, Cancel);
        Assert.True(canceling.Join(SocketPair.Limit));

        Assert.Equal(!onPool, thread == canceller);

        async Task<int> ThreadOfReadAsync()
        {
            await _reader.ReadAsync(Cancel);
            var thread = Environment.CurrentManagedThreadId;

            // Or the test would go on inside the canceller, and wait for itself.
            await Task.Yield();
            return thread;
        }
    }

    [Fact]
    public async Task A_body_that_is_collected_may_be_large()
    {
        const int Length = 5 << 20;
        var sending = Task.Run(() => _pair.SendAll(new byte[Length]), Cancel);
        var read = await ReadAsync();
        while (read.Buffer.Length < Length)
        {
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await ReadAsync();
        }

        await sending.WaitAsync(SocketPair.Limit, Cancel);
        Assert.True(read.Buffer.IsSingleSegment);
        _reader.AdvanceTo(read.Buffer.End);
        await _reader.CompleteAsync();
    }

    [Fact]
    public async Task A_reader_that_wants_more_than_the_bound_gets_an_error_itself()
    {
        var sending = Task.Run(
            () => Assert.ThrowsAny<Exception>(() => _pair.SendAll(new byte[2 * ReceiveBuffer.LargestBytes])), Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
            {
                var read = await ReadAsync();
                _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        });

        await _reader.CompleteAsync();
        _pair.Ours.Dispose();
        await sending.WaitAsync(SocketPair.Limit, Cancel);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_is_taken_first_does_not_reach_the_reader(int count)
    {
        var offered = new TaskCompletionSource<string>();
        _reader.TakesFirst = bytes =>
        {
            var isFirst = offered.TrySetResult(Encoding.ASCII.GetString(bytes));
            return isFirst ? count : 0;
        };
        var waiting = _reader.ReadAsync(CancellationToken.None).AsTask();
        _pair.SendAll("abcd"u8);

        Assert.Equal("abcd", await offered.Task.WaitAsync(SocketPair.Limit, Cancel));
        if (count == 4)
        {
            _pair.SendAll("e"u8);
        }

        var read = await waiting.WaitAsync(SocketPair.Limit, Cancel);
        Assert.Equal(count == 4 ? "e" : "abcd"[count..], Encoding.ASCII.GetString(read.Buffer));
        _reader.AdvanceTo(read.Buffer.End);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_while_something_is_taken_ends_afterwards()
    {
        var wasResumed = false;
        Task<ReadResult>? waiting = null;
        _reader.TakesFirst = _ =>
        {
            _reader.CancelPendingRead();
            wasResumed = waiting?.IsCompleted ?? true;
            return 1;
        };
        waiting = _reader.ReadAsync(CancellationToken.None).AsTask();
        _pair.SendAll("ab"u8);

        var read = await waiting.WaitAsync(SocketPair.Limit, Cancel);

        Assert.False(wasResumed);
        Assert.True(read.IsCanceled);
        Assert.Equal("b", Encoding.ASCII.GetString(read.Buffer));
        _reader.AdvanceTo(read.Buffer.End);
    }

    private async Task<ReadResult> ReadAsync() =>
        await _reader.ReadAsync(Cancel).AsTask().WaitAsync(SocketPair.Limit, Cancel);

    private async Task<string> TakeAsync()
    {
        var read = await ReadAsync();
        var text = Encoding.ASCII.GetString(read.Buffer);
        _reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
