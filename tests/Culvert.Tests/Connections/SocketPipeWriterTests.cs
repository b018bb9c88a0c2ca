using System.Buffers;
using System.Text;
using Culvert.Server.Connections;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Connections;

public class SocketPipeWriterTests : IAsyncDisposable
{
    private const int Large = 4 << 20;

    private readonly SocketPair _pair = new(bufferBytes: 8 * 1024);
    private readonly SocketPipeWriter _writer;
    private readonly SocketLoops? _loops;

    public SocketPipeWriterTests()
        : this(null)
    {
    }

    private protected SocketPipeWriterTests(SocketLoops? loops)
    {
        _loops = loops;
        _writer = new SocketPipeWriter(_pair.Ours) { Readiness = loops?.For(_pair.Ours) };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _pair.Dispose();
        _writer.Readiness?.Dispose();
        _loops?.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    [Fact]
    public async Task A_flush_ends_when_a_slow_reader_has_taken_all()
    {
        var sent = Pattern(Large);
        _writer.Write(sent);
        Assert.Equal(Large, _writer.UnflushedBytes);

        var flushing = _writer.FlushAsync(Cancel).AsTask();
        Assert.False(flushing.IsCompleted);
        var received = await Task.Run(() => _pair.Receive(Large), Cancel);

        Assert.False((await flushing.WaitAsync(SocketPair.Limit, Cancel)).IsCompleted);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task What_is_being_sent_stays_when_the_writer_is_completed_meanwhile()
    {
        var sent = Pattern(Large);
        _writer.Write(sent);
        var flushing = _writer.FlushAsync(Cancel).AsTask();
        await _writer.CompleteAsync();
        var other = ArrayPool<byte>.Shared.Rent(Large);
        Array.Clear(other);
        var received = await Task.Run(() => _pair.Receive(Large), Cancel);

        await flushing.WaitAsync(SocketPair.Limit, Cancel);
        Assert.Equal(sent, received);
        ArrayPool<byte>.Shared.Return(other);
    }

    [Fact]
    public async Task SendNow_takes_what_fits_and_SendAsync_the_rest()
    {
        var sent = Pattern(Large);
        var count = _writer.SendNow(sent);
        Assert.InRange(count, 1, Large - 1);

        var sending = _writer.SendAsync(sent.AsMemory(count)).AsTask();
        var received = await Task.Run(() => _pair.Receive(Large), Cancel);

        await sending.WaitAsync(SocketPair.Limit, Cancel);
        Assert.False(_writer.HasEnded);
        Assert.Equal(sent, received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_peer_ends_what_waits_and_all_that_follows(bool ours)
    {
        _writer.Write(Pattern(Large));
        var flushing = _writer.FlushAsync(Cancel).AsTask();
        if (ours)
        {
            _pair.Ours.Dispose();
            _writer.Readiness?.Dispose();
        }
        else
        {
            _pair.Reset();
        }

        Assert.True((await flushing.WaitAsync(SocketPair.Limit, Cancel)).IsCompleted);
        Assert.True(_writer.HasEnded);
        _writer.Write("more"u8);
        Assert.True((await _writer.FlushAsync(Cancel)).IsCompleted);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal(0, _writer.SendNow("x"u8));
        await _writer.SendAsync(new byte[1]);
        _writer.ShutdownSend();
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(directory.File("a"), "a", Cancel);
        using var file = File.OpenHandle(directory.File("a"));
        Assert.Equal(0, _writer.SendFileNow(file, 0, 1));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", true, true)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", false, false)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", true, false)]
    [InlineData("HTTP/1.1 1010", true, false)]
    public async Task Only_the_expected_answer_switches(string answer, bool expects, bool switches)
    {
        _writer.ExpectSwitch(expects);
        await _writer.FlushAsync(Cancel);
        _writer.Write(Encoding.ASCII.GetBytes(answer));
        await _writer.FlushAsync(Cancel);
        Assert.Equal(switches, _writer.HasSwitched);

        _writer.Write("HTTP/1.1 101 in the body"u8);
        await _writer.FlushAsync(Cancel);
        Assert.Equal(switches, _writer.HasSwitched);
        _writer.ExpectSwitch(true);
        Assert.False(_writer.HasSwitched);
    }

    [Theory]
    [InlineData(0, Large)]
    [InlineData(1, 100)]
    [InlineData(Large - 1, 1)]
    [InlineData(12_345, 1_234_567)]
    public async Task A_file_is_sent_from_its_offset(int offset, int count)
    {
        using var directory = new TestDirectory();
        var content = Pattern(Large);
        await File.WriteAllBytesAsync(directory.File("a"), content, Cancel);
        using var file = File.OpenHandle(directory.File("a"));
        var receiving = Task.Run(() => _pair.Receive(count), Cancel);

        var sent = 0L;
        while (sent < count)
        {
            var now = _writer.SendFileNow(file, offset + sent, count - sent);
            if (now == 0)
            {
                await _writer.SendAsync(content.AsMemory((int)(offset + sent), 1));
                now = 1;
            }

            sent += now;
        }

        Assert.Equal(content[offset..(offset + count)], await receiving.WaitAsync(SocketPair.Limit, Cancel));
        Assert.Equal(0, _writer.SendFileNow(file, Large, 1));
        Assert.False(_writer.HasEnded);
    }

    private static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
