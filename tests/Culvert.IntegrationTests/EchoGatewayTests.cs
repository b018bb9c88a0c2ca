using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests;

/// <summary>The sample EchoGateway.</summary>
public sealed class EchoGatewayTests
{
    private const string Listening = "listening on http://";

    private static string Program { get; } = Path.Combine(
        Programs.Repository,
        "samples/EchoGateway/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, // Never null: the tests are in bin/CONFIGURATION.
        "net10.0/EchoGateway");

    [Fact]
    public async Task Text_binary_and_the_end_of_either_side_cross()
    {
        await using var gateway = ChildProcess.Start(Program, ["--host", "127.0.0.1", "--port", "0"]);
        var line = await gateway.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(60);
        var url = $"ws://{line[Listening.Length..]}/gateway";

        var clientFirst = await SayAsync(url, "t:hi", "b:hi", "t:", "b:");
        var backEndFirst = await SayAsync(url, "t:bye");

        Assert.Equal(["'hi'", "b'hi'", "''", "b''", "1000 "], clientFirst);
        Assert.Equal(["4001 enough"], backEndFirst);
        gateway.Signal(UnixSignal.Terminate);
        await gateway.MustExitAsync(0, TimeSpan.FromSeconds(20));
    }

    private static async Task<IReadOnlyList<string>> SayAsync(params string[] arguments)
    {
        await using var client = ChildProcess.Start(
            Programs.Python, [Programs.Peer("say_websockets.py"), .. arguments]);
        client.Input.Close();
        await client.MustExitAsync(0, TimeSpan.FromSeconds(30));
        return client.Output.Lines;
    }
}
