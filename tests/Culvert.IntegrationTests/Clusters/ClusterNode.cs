using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Clusters;

/// <summary>One node, which can be killed and comes back on the same port.</summary>
internal sealed class ClusterNode(string name, string data, IReadOnlyDictionary<string, string?> variables)
    : IAsyncDisposable
{
    private CulvertProcess? _server;

    public string Name => name;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Find()}");

    public CulvertProcess Server => _server ?? throw new InvalidOperationException($"{name} is down");

    public async Task StartAsync()
    {
        var all = new Dictionary<string, string?>(variables) { ["CULVERT_NODE"] = name };
        _server = await CulvertProcess.StartOnAsync(data, Address, all);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.KillHardAsync();
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            // It may be stopped in the middle of a test that failed.
            server.Signal(UnixSignal.Continue);
            await server.DisposeAsync();
        }
    }
}
