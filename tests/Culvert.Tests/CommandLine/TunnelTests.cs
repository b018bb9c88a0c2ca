using Culvert.Tests.Client.Tunnels;

namespace Culvert.Tests.CommandLine;

/// <summary><c>culvert tunnel</c> in process, with the real server behind it.</summary>
public sealed class TunnelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nothing to do", "http://127.0.0.1:1")]
    [InlineData("-L: '9001' is not", "http://127.0.0.1:1", "-L", "9001")]
    [InlineData("-L: '70000:a' is not", "http://127.0.0.1:1", "-L", "70000:a")]
    [InlineData("-L: 'a b' is neither", "http://127.0.0.1:1", "-L", "9001:a b")]
    [InlineData("-L: 'example.org' is no address", "http://127.0.0.1:1", "-L", "example.org:1:a")]
    [InlineData("-R: 'game-7' is not", "http://127.0.0.1:1", "-R", "game-7")]
    [InlineData("-R: '-x' is no name", "http://127.0.0.1:1", "-R", "-x=127.0.0.1:1")]
    [InlineData("-R: 'game-7' is neither", "http://127.0.0.1:1", "-R", "a=game-7")]
    [InlineData("-R: the name a is there twice", "http://127.0.0.1:1", "-R", "a=b:1", "-R", "A=b:2")]
    [InlineData("-W goes alone", "http://127.0.0.1:1", "-W", "a", "-L", "1:a")]
    [InlineData("-W: 'a b' is neither", "http://127.0.0.1:1", "-W", "a b")]
    [InlineData("--carriers: write 1 to 4", "http://127.0.0.1:1", "-W", "a", "--carriers", "5")]
    [InlineData("--window: write 1 to 1024", "http://127.0.0.1:1", "-W", "a", "--window", "2000")]
    [InlineData("SERVER: 'example' is not an address", "example", "-W", "a")]
    public async Task What_makes_no_sense_is_explained(string expected, params string[] arguments)
    {
        var run = new CommandRun();

        var code = await run.RunAsync(["tunnel", .. arguments]);

        Assert.Equal(2, code);
        Assert.StartsWith($"culvert tunnel: {expected}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, "nobody: No agent", "-W", "nobody")]
    [InlineData(7, "nobody: No agent", "-L", "0:nobody")]
    [InlineData(6, "10.1.2.3:80: ", "-L", "0:10.1.2.3:80")]
    [InlineData(4, "cannot connect to ", "-W", "nobody", "--token", "wrong")]
    [InlineData(1, "cannot listen on 192.0.2.1:9: ", "-L", "192.0.2.1:9:TARGET")]
    public async Task Each_failure_has_its_exit_code(int expected, string error, params string[] arguments)
    {
        await using var pair = await TunnelPair.StartAsync();
        var run = new CommandRun { Variables = { ["CULVERT_TOKEN"] = pair.Rig.Server.OwnerToken } };
        var words = arguments.Select(word => word.Replace("TARGET", pair.Rig.Target, StringComparison.Ordinal));

        var code = await run.RunAsync(["tunnel", $"{pair.Direct}", .. words]);

        Assert.Equal((expected, run.Error), (code, run.Error));
        Assert.StartsWith($"culvert tunnel: {error}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task No_server_is_3_and_a_name_of_somebody_else_8()
    {
        await using var pair = await TunnelPair.StartAsync();
        var agent = await pair.ConnectAsync();
        await using var listener = await agent.ListenAsync("game-7", Cancel);
        var token = await pair.Rig.UserAsync("mallory", "connect", "listen");
        var run = new CommandRun { Variables = { ["CULVERT_TOKEN"] = token } };

        var taken = await run.RunAsync("tunnel", $"{pair.Direct}", "-R", "game-7=127.0.0.1:9");
        var nobody = await run.RunAsync("tunnel", "http://127.0.0.1:1", "-W", "game-7");

        Assert.Equal((8, 3), (taken, nobody));
        Assert.Contains("--wait waits for it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_has_all_his_agents_is_10_and_is_told_where()
    {
        await using var pair = await TunnelPair.StartAsync(options => options with { MaxSessionsPerUser = 1 });
        var token = await pair.Rig.UserAsync("alice", "connect");
        await using var only = await pair.Rig.ConnectAsync(token);
        var run = new CommandRun { Variables = { ["CULVERT_TOKEN"] = token } };

        var code = await run.RunAsync("tunnel", $"{pair.Direct}", "-W", "game-7");

        Assert.Equal((10, run.Error), (code, run.Error));
        Assert.StartsWith($"culvert tunnel: cannot connect to {pair.Direct.OriginalString.TrimEnd('/')}: ", run.Error);
        Assert.Contains("A user may have 1 agents at once, and alice has them", run.Error, StringComparison.Ordinal);
        Assert.Contains("--wait tries again", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_and_output_are_joined_to_a_target()
    {
        await using var pair = await TunnelPair.StartAsync();
        var run = new CommandRun
        {
            Input = "hello",
            Variables = { ["CULVERT_TOKEN"] = pair.Rig.Server.OwnerToken },
        };

        var running = run.RunAsync("tunnel", $"{pair.Direct}", "-W", pair.Rig.Target);
        using var target = await pair.Rig.AcceptAsync();
        Assert.Equal("hello"u8.ToArray(), await target.ReadToEndAsync());
        await target.SendAsync("bye"u8.ToArray());
        target.Finish();

        Assert.Equal(0, await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal("bye", run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_target_that_breaks_is_5()
    {
        await using var pair = await TunnelPair.StartAsync();
        var run = new CommandRun
        {
            Input = "hello",
            Variables = { ["CULVERT_TOKEN"] = pair.Rig.Server.OwnerToken },
        };

        var running = run.RunAsync("tunnel", $"{pair.Direct}", "-W", pair.Rig.Target);
        using var target = await pair.Rig.AcceptAsync();
        await target.ReadBytesAsync(5);
        target.Reset();

        Assert.Equal(5, await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }
}
