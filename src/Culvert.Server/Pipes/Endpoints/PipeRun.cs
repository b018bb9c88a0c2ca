using System.Net.Sockets;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>One run of <c>culvert pipe</c>.</summary>
internal sealed class PipeRun(PipePlan plan, Func<Leg> openStdio, Action<string> say, TimeProvider time)
    : IAsyncDisposable
{
    /// <summary>Sessions at a time; further clients wait in the kernel's queue.</summary>
    public const int MaxSessions = 1024;

    private readonly RelayTable _table = new(time, NullLogger<RelayTable>.Instance);
    private readonly PairOpener _opener = new(plan, openStdio, say, time);

    public async Task<PipeOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return plan.Listens
                ? await ServeAsync(cancellationToken)
                : await JoinAsync(null, null, cancellationToken);
        }
        catch (EndpointException exception)
        {
            return PipeVerdict.Of(exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new PipeOutcome(PipeOutcomeKind.Stopped, null);
        }
    }

    public ValueTask DisposeAsync() => _table.DisposeAsync();

    private async Task<PipeOutcome> ServeAsync(CancellationToken cancellationToken)
    {
        using var first = Listen(plan.First);
        using var second = Listen(plan.Second);
        if (plan.EndsAfterOne)
        {
            return await ServeOneAsync(first, second, cancellationToken);
        }

        using var room = new SemaphoreSlim(MaxSessions);
        var sessions = new HashSet<Task>();
        try
        {
            while (true)
            {
                await room.WaitAsync(cancellationToken);
                var (a, b) = await AcceptAsync(first, second, cancellationToken);
                sessions.RemoveWhere(session => session.IsCompleted);
                sessions.Add(ServeSessionAsync(a, b, room, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(sessions);
        }
    }

    /// <summary>Who only knocks, or is no WebSocket client, does not count as the one.</summary>
    private async Task<PipeOutcome> ServeOneAsync(
        Listener? first, Listener? second, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (a, b) = await AcceptAsync(first, second, cancellationToken);
            try
            {
                return await JoinAsync(a, b, cancellationToken);
            }
            catch (ClientRefusedException exception)
            {
                say(exception.Message);
            }
        }
    }

    private async Task ServeSessionAsync(Socket? a, Socket? b, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await JoinAsync(a, b, cancellationToken);
            if (outcome.Message is { } message)
            {
                say(message);
            }
        }
        catch (Exception exception) when (exception is EndpointException or ClientRefusedException)
        {
            say(exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop before the session had begun.
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<PipeOutcome> JoinAsync(Socket? a, Socket? b, CancellationToken cancellationToken)
    {
        var (first, second) = await _opener.OpenAsync(a, b, cancellationToken);
        if (plan.ShowsFrames)
        {
            first = new TracedLeg(first, ">", say);
            second = new TracedLeg(second, "<", say);
        }

        var relay = new Relay(_table, first, second, plan.Relaying);
        await using var stop = cancellationToken.UnsafeRegister(
            static state => ((Relay)state!).End(RelayReason.Shutdown, CloseCode.GoingAway, "stopped"), relay);
        var end = await relay.RunAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.ShowsFrames)
        {
            say(PipeVerdict.Summary(end));
        }

        return PipeVerdict.Of(end, first, second);
    }

    private Listener? Listen(Endpoint endpoint)
    {
        if (!endpoint.IsListening)
        {
            return null;
        }

        var listener = Listener.Bind(endpoint, time);
        say($"listening on {listener.Endpoint.Name}");
        return listener;
    }

    private static async Task<(Socket? First, Socket? Second)> AcceptAsync(
        Listener? first, Listener? second, CancellationToken cancellationToken)
    {
        var a = first is null ? null : await first.AcceptAsync(cancellationToken);
        try
        {
            return (a, second is null ? null : await second.AcceptAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            a?.Dispose();
            throw;
        }
    }
}
