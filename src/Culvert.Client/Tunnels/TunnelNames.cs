using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Tunnels;

/// <summary>
/// The names of a session, and the streams that the server opens for them. Only names in it are ever served, so that
/// a server cannot choose where an agent connects. Thread-safe.
/// </summary>
internal sealed class TunnelNames(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TunnelName> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, at this moment.</summary>
    public IReadOnlyList<TunnelName> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _names.Values];
            }
        }
    }

    /// <exception cref="InvalidOperationException">The session serves this name already.</exception>
    public void Add(TunnelName name)
    {
        lock (_lock)
        {
            if (!_names.TryAdd(name.Name, name))
            {
                throw new InvalidOperationException($"This session serves the name {name.Name} already.");
            }
        }
    }

    /// <summary>False when it was not there.</summary>
    public bool Remove(TunnelName name)
    {
        lock (_lock)
        {
            return _names.GetValueOrDefault(name.Name) == name && _names.Remove(name.Name);
        }
    }

    /// <summary>Serves a stream that the server opened.</summary>
    /// <param name="stream">At its first byte; owned from here on.</param>
    /// <param name="cancellationToken">Fires when the carrier has gone.</param>
    public async Task ServeAsync(MuxStream stream, CancellationToken cancellationToken)
    {
        var isTaken = false;
        try
        {
            using var limit = new CancellationTokenSource(StreamHeads.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var head = await StreamHeads.ReadAsync(stream.Input, either.Token).ConfigureAwait(false);
            if (head is null || StreamRequest.Parse(head) is not { } request)
            {
                return;
            }

            if (Find(request.Name) is { } name)
            {
                isTaken = true;
                await name.Taker.TakeAsync(stream, request, cancellationToken).ConfigureAwait(false);
                return;
            }

            const string why = "the agent does not serve this name any more";
            var refusal = StreamHeads.Refusal(ErrorCode.TargetUnreachable, why);
            await stream.Output.WriteAsync(refusal, either.Token).ConfigureAwait(false);
            stream.Finish();
        }
        catch (OperationCanceledException)
        {
            // The head was too slow, or the carrier has gone.
        }
        finally
        {
            if (!isTaken)
            {
                // Resets it, unless it was finished.
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private TunnelName? Find(string name)
    {
        lock (_lock)
        {
            return _names.GetValueOrDefault(name);
        }
    }
}
