using Culvert.Server.Hosting;

namespace Culvert.Commands;

/// <summary>Binds the commands to the server of this build.</summary>
internal sealed class ServerParts : IServerParts
{
    public Task<int> ServeAsync(IReadOnlyDictionary<string, string?> configuration, CancellationToken cancellationToken) =>
        ServerProcess.RunAsync(
            null,
            configuration.Select(pair => pair.Key == "registration" ? new("accounts:registration", pair.Value) : pair),
            new ServerHooks { Hint = address => $"now type: culvert tail lobby --server {address}" },
            Console.Out,
            Console.Error,
            cancellationToken);

    public Task<DataReport> BackupAsync(
        string dataDirectory, string target, IProgress<double>? progress, CancellationToken cancellationToken) =>
        throw Unbound();

    public Task<DataReport> VerifyAsync(
        string dataDirectory, IProgress<double>? progress, CancellationToken cancellationToken) =>
        throw Unbound();

    private static IOException Unbound() => new("this build holds no server");
}
