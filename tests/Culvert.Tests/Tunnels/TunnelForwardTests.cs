using System.Globalization;
using System.Text;

namespace Culvert.Tests.Tunnels;

/// <summary>Streams that an agent opens to hosts.</summary>
public sealed class TunnelForwardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_both_ways_and_each_side_ends_by_itself()
    {
        var rig = await TunnelRig.StartAsync();
        await using (rig)
        {
            await using var agent = await rig.ConnectAsync();
            var stream = await agent.ConnectAsync(rig.Target);
            using var target = await rig.AcceptAsync();

            await TestAgent.WriteAsync(stream, "there");
            Assert.Equal("there"u8.ToArray(), await target.ReadBytesAsync(5));
            stream.Finish();
            Assert.Empty(await target.ReadToEndAsync());
            await target.SendAsync("still here"u8.ToArray());
            await TestAgent.MustReadAsync(stream, "still here");
            target.Finish();

            Assert.Empty(await TestAgent.ReadToEndAsync(stream));
            await stream.DisposeAsync();
        }

        Assert.Contains(
            $"Tunnel stream of owner to {rig.Target}: opener-half-close; 5 bytes there, 10 back in ",
            rig.Server.Log.ToString(),
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ended: 1000 ", rig.Server.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_goes_through_unchanged()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var stream = await agent.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var bytes = new byte[5_000_003];
        new Random(seed).NextBytes(bytes);

        var sending = stream.Output.WriteAsync(bytes, Cancel);
        var there = await target.ReadBytesAsync(bytes.Length);
        await sending;
        stream.Finish();
        var back = TestAgent.ReadToEndAsync(stream);
        await target.SendAsync(there);
        target.Finish();

        var returned = await back;
        Assert.True(bytes.AsSpan().SequenceEqual(there), "changed on the way there");
        Assert.True(bytes.AsSpan().SequenceEqual(returned), "changed on the way back");
    }

    [Fact]
    public async Task A_reset_crosses_in_both_directions()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var one = await agent.ConnectAsync(rig.Target);
        using var oneTarget = await rig.AcceptAsync();
        await using var two = await agent.ConnectAsync(rig.Target);
        using var twoTarget = await rig.AcceptAsync();

        oneTarget.Reset();
        two.Abort();

        await TestAgent.MustBreakAsync(one);
        await twoTarget.MustBreakAsync();
    }

    [Fact]
    public async Task With_the_carrier_its_targets_are_reset_and_never_ended_in_order()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var stream = await agent.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();

        agent.Carrier.Abort();

        await target.MustBreakAsync();
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_a_refusal_with_its_reason()
    {
        var rig = await TunnelRig.StartAsync();
        await using (rig)
        {
            await using var agent = await rig.ConnectAsync();
            rig.StopTarget();

            var refused = await agent.RefusedAsync(502, "target_unreachable", $"CONNECT {rig.Target}");
            Assert.Contains("refused the connection", refused, StringComparison.Ordinal);
            await agent.RefusedAsync(503, "name_absent", "CONNECT nobody:0");
            await agent.RefusedAsync(404, "not_found", "DELETE /names/nobody");
        }

        Assert.Contains(
            "to nobody not opened: 503 name_absent: No agent has the name nobody.",
            rig.Server.Log.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_is_on_the_list_is_connected_to()
    {
        await using var exact = await TunnelRig.StartAsync("localhost:PORT");
        await using var glob = await TunnelRig.StartAsync("*:PORT");
        await using var one = await exact.ConnectAsync();
        await using var two = await glob.ConnectAsync();

        await using var stream = await one.ConnectAsync($"localhost:{exact.Port}");
        using var target = await exact.AcceptAsync();

        // The same name, allowed by a pattern: where it leads nobody has allowed.
        await two.RefusedAsync(403, "target_not_allowed", $"CONNECT localhost:{glob.Port}");
        await two.RefusedAsync(403, "target_not_allowed", $"CONNECT {glob.Target}");
        await one.RefusedAsync(403, "target_not_allowed", $"CONNECT {exact.Target}");
        await one.RefusedAsync(403, "target_not_allowed", "CONNECT localhost:1");
    }

    [Fact]
    public async Task A_check_tells_the_same_without_connecting()
    {
        await using var rig = await TunnelRig.StartAsync("localhost:*");
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");

        var (yes, head) = await agent.RequestAsync($"OPTIONS localhost:{rig.Port}");
        var (name, nameHead) = await agent.RequestAsync("OPTIONS game:0");
        Assert.Equal((204, 204), (head.Status, nameHead.Status));
        Assert.Empty(await TestAgent.ReadToEndAsync(yes));
        Assert.Empty(await TestAgent.ReadToEndAsync(name));
        await yes.DisposeAsync();
        await name.DisposeAsync();
        await agent.RefusedAsync(403, "target_not_allowed", $"OPTIONS {rig.Target}");
        await agent.RefusedAsync(503, "name_absent", "OPTIONS absent:0");
    }

    [Fact]
    public async Task A_scope_is_needed_for_each_direction()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var listener = await rig.ConnectAsync(await rig.UserAsync("alice", "listen"));
        await using var opener = await rig.ConnectAsync(await rig.UserAsync("bob", "connect"));

        await listener.RefusedAsync(403, "forbidden", $"CONNECT {rig.Target}");
        await listener.RefusedAsync(403, "forbidden", "OPTIONS game:0");
        await opener.RefusedAsync(403, "forbidden", "POST /names", TestAgent.Names("game"));
        await listener.RegisterAsync("game");
        await using var stream = await opener.ConnectAsync(rig.Target);
    }

    [Fact]
    public async Task So_many_streams_and_no_more()
    {
        await using var rig = await TunnelRig.StartAsync(configure: options => options with { MaxStreams = 2 });
        await using var agent = await rig.ConnectAsync();
        await using var one = await agent.ConnectAsync(rig.Target);
        await using var two = await agent.ConnectAsync(rig.Target);

        await agent.RefusedAsync(429, "too_many_streams", $"CONNECT {rig.Target}");
    }

    [Theory]
    [InlineData("CONNECT a:80 HTTP/1.0\r\n\r\n")]
    [InlineData("CONNECT a:80\r\n\r\n")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost : a\r\n\r\n")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a\nb\r\n\r\n")]
    [InlineData("CONNECT a HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT http://a/ HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT a:x HTTP/1.1\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    public async Task A_bad_head_is_refused_and_harms_nobody(string text)
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        var stream = await agent.OpenAsync(text);

        var answer = Encoding.UTF8.GetString(await TestAgent.ReadToEndAsync(stream));

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        await stream.DisposeAsync();
        await using var good = await agent.ConnectAsync(rig.Target);
    }

    [Fact]
    public async Task A_head_that_is_too_long_or_has_too_many_fields_is_reset()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        var fields = string.Concat(Enumerable.Range(0, 33).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: 1\r\n")));

        await using var endless = await agent.OpenAsync($"CONNECT a:80 HTTP/1.1\r\nX: {new string('x', 9000)}");
        await using var tooLong = await agent.OpenAsync($"CONNECT a:80 HTTP/1.1\r\nX: {new string('x', 9000)}\r\n\r\n");
        await using var tooMany = await agent.OpenAsync($"CONNECT a:80 HTTP/1.1\r\n{fields}\r\n");

        await TestAgent.MustBreakAsync(endless);
        await TestAgent.MustBreakAsync(tooLong);
        await TestAgent.MustBreakAsync(tooMany);
    }

    [Fact]
    public async Task A_head_that_does_not_come_is_not_waited_for()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var slow = await agent.OpenAsync("CONNECT a:80 HTTP/1.1\r\n");

        // Streams are begun in their order: the slow one is being waited for when the next is answered.
        await agent.RefusedAsync(503, "name_absent", "OPTIONS absent:0");
        rig.Server.Time.Advance(TimeSpan.FromSeconds(10));

        await TestAgent.MustBreakAsync(slow);
    }
}
