using System.Net.Sockets;
using System.Text;
using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>A program that was written for a stream of bytes.</summary>
public sealed class MessageStreamTests
{
    [Fact]
    public async Task A_line_protocol_runs_over_it_unchanged()
    {
        await using var pair = await Pair.OpenAsync();

        var serving = Pair.Blocking(() => EchoLines(new MessageStream(pair.Server)));
        var answers = await Pair.Blocking(() =>
        {
            using var stream = new MessageStream(pair.Client);
            using var reader = new StreamReader(stream, leaveOpen: true);
            using var writer = new StreamWriter(stream, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
            writer.WriteLine("one");
            writer.WriteLine("two");
            return $"{reader.ReadLine()} {reader.ReadLine()}";
        });

        Assert.Equal("ONE TWO", answers);
        Assert.Equal(2, await serving);
    }

    [Fact]
    public async Task Bytes_arrive_whatever_the_cuts()
    {
        await using var pair = await Pair.OpenAsync();
        await using var writer = new MessageStream(pair.Client);
        await using var reader = new MessageStream(pair.Server);
        var data = new byte[300_000];
        new Random(5).NextBytes(data);

        var writing = writer.WriteAsync(data, Pair.Cancelled).AsTask();
        var read = new byte[data.Length];
        await Pair.Within(reader.ReadExactlyAsync(read, Pair.Cancelled).AsTask());
        await writing;

        Assert.Equal(data, read);
        Assert.False(reader.DataAvailable);
    }

    [Fact]
    public async Task A_read_that_times_out_throws_as_a_network_stream_does_and_the_next_goes_on()
    {
        await using var pair = await Pair.OpenAsync();
        var stream = new MessageStream(pair.Client) { ReadTimeout = 30 };
        var buffer = new byte[10];

        var failure = await Pair.Blocking(() => Assert.Throws<IOException>(() => stream.Read(buffer)));
        await pair.Server.SendAsync(Encoding.ASCII.GetBytes("x"), MessageKind.Binary, Pair.Cancelled);
        stream.ReadTimeout = Timeout.Infinite;

        Assert.Equal(SocketError.TimedOut, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
        Assert.Equal(1, await Pair.Blocking(() => stream.Read(buffer)));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1011, false)]
    public async Task Only_an_ordinary_end_is_an_end_of_the_bytes(int code, bool isEnd)
    {
        await using var pair = await Pair.OpenAsync();
        var stream = new MessageStream(pair.Client);
        await pair.Server.CloseAsync(code, cancellationToken: Pair.Cancelled);

        var reading = stream.ReadAsync(new byte[1], Pair.Cancelled).AsTask();

        if (isEnd)
        {
            Assert.Equal(0, await Pair.Within(reading));
        }
        else
        {
            await Assert.ThrowsAsync<IOException>(() => reading);
        }

        Assert.Throws<IOException>(() => stream.Write([1]));
    }

    [Fact]
    public async Task A_text_is_an_error_and_no_bytes()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Server.SendAsync("text", Pair.Cancelled);

        await Assert.ThrowsAsync<IOException>(
            () => new MessageStream(pair.Client).ReadAsync(new byte[1], Pair.Cancelled).AsTask());
    }

    private static int EchoLines(Stream stream)
    {
        using var reader = new StreamReader(stream);
        var lines = 0;
        while (reader.ReadLine() is { } line)
        {
            stream.Write(Encoding.UTF8.GetBytes($"{line.ToUpperInvariant()}\n"));
            lines++;
        }

        return lines;
    }
}
