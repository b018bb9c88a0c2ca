using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Culvert.Client.Messages;

/// <summary>
/// A route of a <see cref="MessageListener"/> with a line of connections of its own. Thread-safe: any number of threads
/// may accept, and each connection goes to one of them.
/// </summary>
public sealed class MessageEndpoint
{
    private readonly RouteTemplate _template;
    private readonly Channel<MessageClient> _line = Channel.CreateUnbounded<MessageClient>();
    private readonly int _backlog;
    private int _waiting;

    internal MessageEndpoint(string route, int backlog)
    {
        _template = new RouteTemplate(route);
        _backlog = backlog;
    }

    /// <summary>The route, as it was given.</summary>
    public string Route => _template.Text;

    /// <summary>The next connection, blocking until there is one.</summary>
    /// <returns>Open already; the caller's, to dispose of.</returns>
    /// <exception cref="ObjectDisposedException">The listener was disposed of.</exception>
    public MessageClient Accept() => BlockingCall.Wait(AcceptAsync());

    /// <summary>The next connection, blocking for a time at most.</summary>
    /// <param name="timeout">Zero only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="client">Open already; the caller's, to dispose of. Null when the result is false.</param>
    /// <returns>False when none came in time, which harms nothing.</returns>
    /// <exception cref="ObjectDisposedException">The listener was disposed of.</exception>
    public bool TryAccept(TimeSpan timeout, [NotNullWhen(true)] out MessageClient? client)
    {
        if (_line.Reader.TryRead(out client))
        {
            Interlocked.Decrement(ref _waiting);
            return true;
        }

        using var limit = new CancellationTokenSource(timeout);
        try
        {
            client = BlockingCall.Wait(AcceptAsync(limit.Token));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The next connection.</summary>
    /// <param name="cancellationToken">Stops waiting, and harms nothing.</param>
    /// <returns>Open already; the caller's, to dispose of.</returns>
    /// <exception cref="ObjectDisposedException">The listener was disposed of.</exception>
    public async ValueTask<MessageClient> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var client = await _line.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Decrement(ref _waiting);
            return client;
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(MessageListener));
        }
    }

    internal bool TryMatch(string path, out IReadOnlyDictionary<string, string> values) =>
        _template.TryMatch(path, out values);

    /// <summary>Keeps a place in the line; false when it is full.</summary>
    internal bool TryReserve()
    {
        if (Interlocked.Increment(ref _waiting) <= _backlog)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>Gives a kept place back.</summary>
    internal void Release() => Interlocked.Decrement(ref _waiting);

    /// <summary>Takes the kept place; false after the end.</summary>
    internal bool Add(MessageClient client) => _line.Writer.TryWrite(client);

    /// <summary>The end: nobody is handed out any more; whoever waited in the line is left to the listener.</summary>
    internal void Complete()
    {
        _line.Writer.TryComplete();
        while (_line.Reader.TryRead(out _))
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
