using System.Net.Sockets;
using Culvert.Client.Messages;

namespace Culvert.Client.Tunnels;

/// <summary>
/// Stands in for <see cref="TcpListener"/> in a program that is written for it: the same calls, blocking ones too, and
/// connections come in by a name through a tunnel.
/// </summary>
public sealed class TunnelTcpListener : IDisposable
{
    private readonly TunnelSession _session;
    private readonly string _name;
    private TunnelListener? _listener;

    /// <summary>Makes a listener that does not listen yet.</summary>
    /// <param name="session">The tunnel; not disposed of with the listener.</param>
    /// <param name="name">The name; see <see cref="TunnelSession.ListenAsync"/>.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public TunnelTcpListener(TunnelSession session, string name)
    {
        ArgumentNullException.ThrowIfNull(session);
        TunnelTarget.CheckName(name);
        _session = session;
        _name = name;
    }

    /// <summary>Registers the name, blocking. Again, does nothing.</summary>
    /// <exception cref="TunnelException">It was not registered; the code says why.</exception>
    public void Start() => _listener ??= _session.Listen(_name);

    /// <summary>Whether a connection waits to be accepted.</summary>
    /// <exception cref="InvalidOperationException">It does not listen.</exception>
    public bool Pending() => Listening().Pending;

    /// <summary>The next connection, blocking until there is one.</summary>
    /// <exception cref="InvalidOperationException">It does not listen.</exception>
    /// <exception cref="TunnelException">The session has ended, or the listener was stopped meanwhile.</exception>
    public TunnelTcpClient AcceptTcpClient() => BlockingCall.Wait(AcceptTcpClientAsync());

    /// <summary>The next connection.</summary>
    /// <param name="cancellationToken">Stops waiting; no connection is lost.</param>
    /// <inheritdoc cref="AcceptTcpClient" path="/exception"/>
    public async ValueTask<TunnelTcpClient> AcceptTcpClientAsync(CancellationToken cancellationToken = default) =>
        new(await Listening().AcceptAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Gives the name back, and resets connections that wait. Accepted ones go on. It can start again.
    /// </summary>
    public void Stop()
    {
        var listener = _listener;
        _listener = null;
        listener?.Dispose();
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();

    private TunnelListener Listening() =>
        _listener ?? throw new InvalidOperationException("The listener was not started.");
}
