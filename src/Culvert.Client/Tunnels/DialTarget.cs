using System.Net;
using System.Net.Sockets;
using Culvert.Client.Connecting;

namespace Culvert.Client.Tunnels;

/// <summary>A target on the agent's own side: <c>host:port</c> or <c>unix:PATH</c>. Immutable.</summary>
internal sealed class DialTarget
{
    private const string UnixPrefix = "unix:";

    // What every system has room for.
    private const int MaxPathLength = 100;

    /// <summary>How long connecting may take, the look-up of the name included.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly string _text;
    private readonly string _host;
    private readonly int _port;
    private readonly UnixDomainSocketEndPoint? _path;

    private DialTarget(string text, string host, int port, UnixDomainSocketEndPoint? path)
    {
        _text = text;
        _host = host;
        _port = port;
        _path = path;
    }

    /// <summary>Reads a target.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static DialTarget Parse(string text) =>
        TryParse(text) ?? throw new ArgumentException($"'{text}' is neither host:port nor unix:PATH.", nameof(text));

    /// <summary>Reads a target; null when it is none.</summary>
    public static DialTarget? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            return TunnelTarget.TrySplit(text, out var host, out var port)
                ? new DialTarget(text, host, port, null)
                : null;
        }

        var path = text[UnixPrefix.Length..];
        return path.Length is > 0 and <= MaxPathLength && !path.Contains('\0')
            ? new DialTarget(text, "", 0, new UnixDomainSocketEndPoint(path))
            : null;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<Socket> DialAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (_path is not null)
            {
                return await DialAsync(_path, either.Token).ConfigureAwait(false);
            }

            IPAddress[] addresses = IPAddress.TryParse(_host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(_host, either.Token).ConfigureAwait(false);
            return await TcpDialer.DialAsync(addresses, _port, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {Timeout.TotalSeconds:0} s");
        }
    }

    public override string ToString() => _text;

    private static async Task<Socket> DialAsync(UnixDomainSocketEndPoint path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(path, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
