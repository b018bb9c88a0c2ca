using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Connections;

namespace Culvert.Tests.Connections;

/// <summary>What the reader does while nobody reads.</summary>
public class SocketPipeWatchTests : IAsyncDisposable
{
    private readonly SocketPair _pair = new();
    private readonly SocketPipeReader _reader;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketLoops? _loops;
    private int _ends;

    public SocketPipeWatchTests()
        : this(null)
    {
    }

    private protected SocketPipeWatchTests(SocketLoops? loops)
    {
        _loops = loops;
        _reader = new SocketPipeReader(_pair.Ours)
        {
            Ended = () =>
            {
                Interlocked.Increment(ref _ends);
                _ended.TrySetResult();
            },
        };
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
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(false, SocketPipeReader.AheadBytes - 1)]
    public async Task The_end_is_noticed_behind_bytes_that_nobody_reads(bool resets, int bytes)
    {
        _reader.Watch();
        _pair.SendAll(new byte[bytes]);
        if (resets)
        {
            _pair.Reset();
        }
        else
        {
            _pair.Peer.Shutdown(SocketShutdown.Send);
        }

        await _ended.Task.WaitAsync(SocketPair.Limit, Cancel);
        _reader.Watch();

        Assert.True(_reader.HasEnded);
        Assert.Equal(resets, _reader.Error == SocketError.ConnectionReset);
        Assert.Equal(1, _ends);
        var read = await ReadAsync();
        Assert.True(read.IsCompleted);
        Assert.Equal(bytes, read.Buffer.Length);
    }

    [Fact]
    public async Task No_more_than_the_bound_is_taken_in_and_the_rest_comes_later()
    {
        const int Rest = 100_000;
        var sent = new byte[SocketPipeReader.AheadBytes + Rest];
        new Random(1).NextBytes(sent);
        var sending = Task.Run(
            () =>
            {
                _pair.SendAll(sent);
                _pair.Peer.Shutdown(SocketShutdown.Send);
            },
            Cancel);
        _reader.Watch();
        await sending.WaitAsync(SocketPair.Limit, Cancel);

        var seen = new List<byte>();
        ReadResult read;
        do
        {
            read = await ReadAsync();
            if (seen.Count == 0)
            {
                Assert.InRange(read.Buffer.Length, 1, SocketPipeReader.AheadBytes);
            }

            seen.AddRange(read.Buffer.FirstSpan);
            _reader.AdvanceTo(read.Buffer.End);
            _reader.Watch();
        }
        while (!read.IsCompleted);

        Assert.Equal(sent, seen);
    }

    [Fact]
    public async Task What_the_reader_looks_at_stays_when_more_comes()
    {
        // Fills the first block to its end, with something consumed before it: more would have to go elsewhere.
        var sent = new byte[4096 + 1000];
        new Random(2).NextBytes(sent);
        _pair.SendAll(sent.AsSpan(0, 4096));
        var read = await ReadAsync();
        while (read.Buffer.Length < 4096)
        {
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await ReadAsync();
        }

        _reader.AdvanceTo(read.Buffer.GetPosition(100));
        _reader.Watch();
        read = await ReadAsync();
        _pair.SendAll(sent.AsSpan(4096));

        // Gives who takes it in too early the time to do so.
        SpinWait.SpinUntil(() => _pair.Ours.Available == 0, TimeSpan.FromMilliseconds(50));

        Assert.Equal(sent[100..4096], read.Buffer.FirstSpan.ToArray());
        _reader.AdvanceTo(read.Buffer.End);
        _pair.Peer.Shutdown(SocketShutdown.Send);
        var rest = new List<byte>();
        do
        {
            read = await ReadAsync();
            rest.AddRange(read.Buffer.FirstSpan);
            _reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        Assert.Equal(sent[4096..], rest);
    }

    private async Task<ReadResult> ReadAsync() =>
        await _reader.ReadAsync(Cancel).AsTask().WaitAsync(SocketPair.Limit, Cancel);
}
