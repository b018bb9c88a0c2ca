using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>A server that serves a <see cref="Site"/>, for many tests that only ask it things.</summary>
public sealed class RefusingServer : IAsyncLifetime
{
    private Site? _site;
    private CulvertProcess? _process;

    internal CulvertProcess Process => _process ?? throw new InvalidOperationException("It is not started.");

    /// <summary>The directory that is served.</summary>
    internal string Root => _site?.Root ?? throw new InvalidOperationException("It is not started.");

    public async ValueTask InitializeAsync()
    {
        _site = await Site.MakeAsync();
        _process = await CulvertProcess.StartThroughAsync(
            _site.Data,
            [
                "env", $"CULVERT__FILES__ROOT={_site.Root}", "CULVERT__FILES__LISTING=true",

                // Root may read every file, whatever its mode, unless that right is taken away.
                .. Environment.IsPrivilegedProcess
                    ? (string[])["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
                    : [],
            ]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _site?.Dispose();
    }
}
