using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

public sealed class LargeAnswerTests : IAsyncLifetime
{
    private readonly FrontRig _rig = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(64 * 1024)]
    [InlineData(100_000)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public async Task Bodies_of_any_size_arrive_between_others(int size)
    {
        var content = Write("large.bin", size);
        _rig.Files.Write("a", "small");
        using var client = _rig.Connect();
        for (var round = 0; round < 3; round++)
        {
            await client.SendAsync(
                Ask("GET", "/a") + Ask("GET", "/large.bin") + Ask("HEAD", "/large.bin") + Ask("GET", "/a"));
            Assert.Equal("small", (await client.AnswerAsync()).Text);
            Assert.Equal(content, (await client.AnswerAsync()).Body);
            var head = await client.AnswerAsync(hasBody: false);
            Assert.Contains($"\r\nContent-Length: {size}\r\n", head.Head, StringComparison.Ordinal);
            Assert.Equal("small", (await client.AnswerAsync()).Text);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 4_999_999)]
    [InlineData(1, 2_000_000)]
    [InlineData(4_999_999, 4_999_999)]
    public async Task A_range_is_sent_from_its_place(int first, int last)
    {
        var content = Write("large.bin", 5_000_000);
        using var client = _rig.Connect();
        await client.SendAsync(Ask("GET", "/large.bin", $"Range: bytes={first}-{last}\r\n"));

        var answer = await client.AnswerAsync();

        Assert.Equal(206, answer.Status);
        Assert.Equal(content[first..(last + 1)], answer.Body);
    }

    [Fact]
    public async Task Several_ranges_come_with_the_text_between_them()
    {
        var content = Write("large.bin", 5_000_000);
        using var client = _rig.Connect();
        var ranges = "Range: bytes=5-1000004,3000000-3000009\r\n";
        await client.SendAsync(Ask("GET", "/large.bin", ranges) + Ask("GET", "/"));

        var answer = await client.AnswerAsync();

        Assert.Equal(206, answer.Status);
        var at = answer.Body.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        Assert.Equal(content[5..1_000_005], answer.Body[at..(at + 1_000_000)]);
        at += 1_000_000;
        at += answer.Body.AsSpan(at).IndexOf("\r\n\r\n"u8) + 4;
        Assert.Equal(content[3_000_000..3_000_010], answer.Body[at..(at + 10)]);
        Assert.Equal(404, (await client.AnswerAsync()).Status);
    }

    [Fact]
    public async Task A_file_that_gets_shorter_cuts_the_connection()
    {
        const long Length = 256 << 20;
        var path = _rig.Files.Write("long.bin", "");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(Length);
        }

        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var client = _rig.Connect();
        await client.SendAsync(Ask("GET", "/long.bin") + Ask("GET", "/"));
        var head = Encoding.ASCII.GetString(await client.BytesAsync(200));
        Assert.Contains(Length.ToString(CultureInfo.InvariantCulture), head, StringComparison.Ordinal);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(1 << 20);
        }

        var received = 0L;
        var block = new byte[1 << 20];
        try
        {
            while (await client.Socket.ReceiveAsync(block, TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(SocketPair.Limit, TestContext.Current.CancellationToken) is > 0 and var count)
            {
                received += count;
            }
        }
        catch (SocketException)
        {
            // A reset is a cut too.
        }

        Assert.InRange(received, 0, Length - 1);
    }

    private static string Ask(string method, string target, string fields = "") =>
        $"{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n";

    private byte[] Write(string name, int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        _rig.Files.Write(name, content);
        return content;
    }
}
