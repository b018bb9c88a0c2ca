using System.Globalization;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>A WebSocket server of another library, which says what it got and sends it back.</summary>
internal sealed class BackEndProcess : IAsyncDisposable
{
    private const string Listening = "listening ";

    private readonly ChildProcess _child;

    private BackEndProcess(ChildProcess child, int port)
    {
        _child = child;
        Target = $"ws://127.0.0.1:{port}";
    }

    /// <summary>For the gateway.</summary>
    public string Target { get; }

    /// <summary>It listens when this returns.</summary>
    /// <param name="program">A file of Peers.</param>
    /// <param name="port">0 for any.</param>
    public static async Task<BackEndProcess> StartAsync(string program, int port = 0)
    {
        var child = PeerProgram.Start(program, port.ToString(CultureInfo.InvariantCulture));
        try
        {
            var line = await child.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(30);
            return new BackEndProcess(
                child, int.Parse(line.AsSpan(Listening.Length), CultureInfo.InvariantCulture));
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until one of its sessions has ended with this Close of the client.</summary>
    public Task ClosedAsync(int code, string reason) => _child.Output
        .FirstAsync(l => l.StartsWith('[') && IsClose(l, code, reason))
        .Within(20);

    /// <summary>Ends it with a signal; it is gone when this returns.</summary>
    public Task EndAsync(int signal)
    {
        _child.Signal(signal);
        return _child.Exited.Within(20);
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private static bool IsClose(string line, int code, string reason)
    {
        var close = JsonDocument.Parse(line).RootElement;
        return close[0].ValueKind == JsonValueKind.Number
            && close[0].GetInt32() == code && close[1].GetString() == reason;
    }
}
