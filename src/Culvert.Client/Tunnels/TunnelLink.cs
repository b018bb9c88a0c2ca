using System.Security.Cryptography;
using Culvert.Client.Connecting;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>
/// A session as the server knows it: an id, one carrier or several, and the names registered with it. After it is lost
/// there is another, with another id. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // Its token source has no timer and no wait handle; StopAsync ends what hangs on it.
internal sealed class TunnelLink
#pragma warning restore CA1001
{
    private const int MaxRefusalBytes = 4096;

    // A GoAway that comes with a Close says less than it.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);

    private readonly TunnelDialer _dialer;
    private readonly TunnelOptions _options;
    private readonly string _id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly Lock _lock = new();
    private readonly List<TunnelCarrier> _carriers = [];
    private readonly List<TunnelCarrier> _alive = [];
    private readonly List<Task> _keepers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<LinkEnd> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LinkEnd> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TunnelLink(TunnelDialer dialer, TunnelOptions options)
    {
        _dialer = dialer;
        _options = options;
    }

    /// <summary>Completes when no more streams can be opened: the time for another link. Never fails.</summary>
    public Task<LinkEnd> Over => _over.Task;

    /// <summary>Completes when the last carrier has ended, and says how. Never fails.</summary>
    public Task<LinkEnd> Gone => _gone.Task;

    /// <summary>Opens a link, and registers names with it.</summary>
    /// <exception cref="TunnelException">It failed.</exception>
    public static async Task<TunnelLink> OpenAsync(
        TunnelDialer dialer, TunnelOptions options, TunnelNames names, CancellationToken cancellationToken)
    {
        var link = new TunnelLink(dialer, options);
        var first = await dialer.OpenAsync(link._id, cancellationToken).ConfigureAwait(false);
        link.Add(first);
        lock (link._lock)
        {
            link._keepers.Add(link.WatchAsync(first));
        }

        try
        {
            if (names.All is { Count: > 0 } all)
            {
                await link.RegisterAsync(all, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await link.StopAsync().ConfigureAwait(false);
            throw;
        }

        lock (link._lock)
        {
            for (var i = 1; i < options.Carriers; i++)
            {
                link._keepers.Add(link.KeepAsync());
            }
        }

        return link;
    }

    /// <summary>Opens a stream to a target; raw from here on.</summary>
    /// <exception cref="TunnelException">There is none.</exception>
    public async Task<MuxStream> ConnectAsync(string target, CancellationToken cancellationToken)
    {
        var authority = TunnelTarget.Authority(target);
        var request = StreamHeads.Request("CONNECT", authority, authority);
        return await AskAsync(TunnelStage.Open, target, request, 200, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks whether a target may be opened, without opening it.</summary>
    /// <exception cref="TunnelException">It may not.</exception>
    public Task CheckAsync(string target, CancellationToken cancellationToken)
    {
        var authority = TunnelTarget.Authority(target);
        var request = StreamHeads.Request("OPTIONS", authority, authority);
        return TellAsync(TunnelStage.Check, target, request, 204, cancellationToken);
    }

    /// <summary>Registers names, all or none.</summary>
    /// <exception cref="TunnelException">None was registered.</exception>
    public Task RegisterAsync(IReadOnlyList<TunnelName> names, CancellationToken cancellationToken) =>
        TellAsync(
            TunnelStage.Register,
            string.Join(", ", names.Select(n => n.Name)),
            StreamHeads.Register(names),
            201,
            cancellationToken);

    /// <summary>Gives a name back.</summary>
    /// <exception cref="TunnelException">It was not there any more.</exception>
    public Task RemoveAsync(TunnelName name, CancellationToken cancellationToken) =>
        TellAsync(
            TunnelStage.Register,
            name.Name,
            StreamHeads.Request("DELETE", $"/names/{name.Name}", "culvert"),
            204,
            cancellationToken);

    /// <summary>Ends it in order. Streams that are open end with it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        List<TunnelCarrier> carriers;
        List<Task> keepers;
        lock (_lock)
        {
            carriers = [.. _alive];
            keepers = [.. _keepers];
        }

        foreach (var carrier in carriers)
        {
            carrier.Mux.Stop();
        }

        await Task.WhenAll(keepers).ConfigureAwait(false);
    }

    private void Add(TunnelCarrier carrier)
    {
        lock (_lock)
        {
            _carriers.Add(carrier);
            _keepers.Add(carrier.Served);
            _alive.Add(carrier);
        }
    }

    /// <summary>Watches over a carrier to its end.</summary>
    private async Task WatchAsync(TunnelCarrier carrier)
    {
        await Task.WhenAny(carrier.Ended, carrier.Mux.PeerLeaves).ConfigureAwait(false);
        try
        {
            Retire(carrier, await carrier.Ended.WaitAsync(CloseGrace, _options.TimeProvider).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            Retire(carrier, LinkEnd.Leaving);
        }

        var end = await carrier.Ended.ConfigureAwait(false);
        lock (_lock)
        {
            _alive.Remove(carrier);
            if (_alive.Count > 0 && !end.IsFinal)
            {
                return;
            }
        }

        _over.TrySetResult(end);
        _gone.TrySetResult(end);
    }

    private void Retire(TunnelCarrier carrier, LinkEnd end)
    {
        lock (_lock)
        {
            _carriers.Remove(carrier);
            if (_carriers.Count > 0 && !end.IsFinal)
            {
                return;
            }
        }

        _over.TrySetResult(end);
        // Further carriers would come to a session that the server has forgotten.
        _stop.Cancel();
    }

    /// <summary>Opens a further carrier and opens it again, as long as there is another one.</summary>
    private async Task KeepAsync()
    {
        var backoff = new Backoff(_options.Random, TunnelSession.FirstDelay);
        var time = _options.TimeProvider;
        try
        {
            // Ends with the link, or when the server wants no more of them.
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var carrier = await _dialer.OpenAsync(_id, _stop.Token).ConfigureAwait(false);
                    Add(carrier);
                    if (_stop.IsCancellationRequested)
                    {
                        carrier.Mux.Stop();
                    }

                    await WatchAsync(carrier).ConfigureAwait(false);
                    await Task.Delay(backoff.Next(null), time, _stop.Token).ConfigureAwait(false);
                }
                catch (TunnelException e) when (e.MayPass)
                {
                    await Task.Delay(backoff.Next(e.RetryAfter), time, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TunnelException)
        {
            // The session goes on with the carriers that it has.
        }
    }

    /// <summary>A request that is answered, and over then.</summary>
    private async Task TellAsync(
        TunnelStage stage, string what, byte[] request, int expected, CancellationToken cancellationToken)
    {
        var stream = await AskAsync(stage, what, request, expected, cancellationToken).ConfigureAwait(false);
        stream.Finish();
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<MuxStream> AskAsync(
        TunnelStage stage, string what, byte[] request, int expected, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.AnswerTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        MuxStream? stream = null;
        var isAnswered = false;
        try
        {
            stream = await Least().Mux.OpenAsync(either.Token).ConfigureAwait(false);
            await stream.Output.WriteAsync(request, either.Token).ConfigureAwait(false);
            var head = await StreamHeads.ReadAsync(stream.Input, either.Token).ConfigureAwait(false);
            if (head is null || ResponseHead.Parse(head) is not { } answer)
            {
                throw Unanswered(stage, what, stream.End);
            }

            isAnswered = answer.Status == expected;
            return isAnswered
                ? stream
                : throw await RefusedAsync(stage, what, stream, answer, either.Token).ConfigureAwait(false);
        }
        catch (MuxOpenException e)
        {
            throw e.Why == MuxOpening.GoneAway
                ? Unanswered(stage, what, MuxStreamEnd.CarrierLost)
                : new TunnelException(stage, "too_many_streams", $"{what}: this session has too many streams", e)
                {
                    MayPass = true,
                };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _options.AnswerTimeout.TotalSeconds;
            var message = FormattableString.Invariant($"{what}: the server did not answer within {seconds:0.###} s");
            throw new TunnelException(stage, TunnelException.NoAnswer, message) { MayPass = true };
        }
        finally
        {
            if (stream is not null && !isAnswered)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<TunnelException> RefusedAsync(
        TunnelStage stage, string what, MuxStream stream, ResponseHead answer, CancellationToken cancellationToken)
    {
        var body = await StreamHeads
            .ReadBodyAsync(stream.Input, answer["Content-Length"], MaxRefusalBytes, cancellationToken)
            .ConfigureAwait(false);
        var after = ProblemReader.RetryAfter(answer["Retry-After"], _options.TimeProvider);
        var problem = ProblemReader.TryParse(body, answer.Status, after);
        var why = problem?.Why ?? $"the server answered {answer.Status} {answer.Phrase}".TrimEnd();
        return new TunnelException(stage, problem?.Code ?? TunnelException.Refused, $"{what}: {why}")
        {
            Status = answer.Status,
            RetryAfter = problem?.After ?? after,
            MayPass = problem?.Retry ?? ProblemReader.MayPass(answer.Status),
        };
    }

    private static TunnelException Unanswered(TunnelStage stage, string what, MuxStreamEnd end) =>
        end is MuxStreamEnd.CarrierLost or MuxStreamEnd.SessionClosed
            ? new TunnelException(stage, TunnelException.CarrierLost, $"{what}: the connection to the server was lost")
            {
                MayPass = true,
            }
            : new TunnelException(stage, TunnelException.Refused, $"{what}: the server gave no answer ({end})")
            {
                MayPass = true,
            };

    private TunnelCarrier Least()
    {
        lock (_lock)
        {
            return _carriers.MinBy(static carrier => carrier.Mux.Figures.Streams)
                ?? throw new MuxOpenException(MuxOpening.GoneAway);
        }
    }
}
