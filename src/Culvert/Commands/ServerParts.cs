using Culvert.Server.Hosting;

namespace Culvert.Commands;

/// <summary>Binds the commands to the server of this build.</summary>
internal sealed class ServerParts : IServerParts
{
    public Task<int> ServeAsync(
        string? configFile,
        IReadOnlyList<KeyValuePair<string, string?>> settings,
        CancellationToken cancellationToken) =>
        ServerProcess.RunAsync(
            configFile,
            settings,
            new ServerHooks { Hint = address => $"now type: culvert tail lobby --server {address}" },
            Console.Out,
            Console.Error,
            cancellationToken);

    public Task<DataReport> BackupAsync(
        string dataDirectory, string target, IProgress<double>? progress, CancellationToken cancellationToken) =>
        throw Unbound();

    public Task<DataReport> VerifyAsync(
        string path, IProgress<double>? progress, CancellationToken cancellationToken) =>
        throw Unbound();

    private static IOException Unbound() => new("this build holds no server");
}
