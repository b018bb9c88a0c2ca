using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Culvert.Client.Tunnels;
using Culvert.Tailing;
using Culvert.Terminals;

namespace Culvert.Tunneling;

/// <summary>Runs <c>culvert tunnel</c>: connects, forwards, and explains what happens.</summary>
internal sealed class TunnelRun(TunnelCall call, Terminal terminal)
{
    private const string Name = "culvert tunnel";
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(1);

    private readonly Lock _writing = new();
    private bool _wasConnected;

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var options = call.Options with { OnForwarded = Report };
            await using var session = await TunnelSession.ConnectAsync(
                call.Server.Address, options, Report, cancellationToken);
            return call.Stdio is { } target
                ? await JoinAsync(session, target, cancellationToken)
                : await ForwardAsync(session, cancellationToken);
        }
        catch (TunnelException e)
        {
            Note(Explain(e));
            return CodeOf(e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A supervisor that stops a tunnel wants no failure; a person's Ctrl-C is what shells call 130.
            return terminal.WasTerminated() ? ExitCode.Done : ExitCode.Interrupted;
        }
    }

    private async Task<int> ForwardAsync(TunnelSession session, CancellationToken cancellationToken)
    {
        foreach (var target in call.Locals.Select(local => local.Target).Distinct())
        {
            await CheckAsync(session, target, cancellationToken);
        }

        foreach (var local in call.Locals)
        {
            if (!await ListenAsync(session, local, cancellationToken))
            {
                return ExitCode.Failed;
            }
        }

        foreach (var remote in call.Remotes)
        {
            var forward = await session.ForwardRemoteAsync(remote.Name, remote.Target, cancellationToken);
            terminal.WriteLine($"forwarding {forward.From} to {forward.To}");
        }

        if (await session.Completion.WaitAsync(cancellationToken) is not { } error)
        {
            return ExitCode.Done;
        }

        Note(Explain(error));
        return CodeOf(error);
    }

    private async Task CheckAsync(TunnelSession session, string target, CancellationToken cancellationToken)
    {
        try
        {
            await session.CheckAsync(target, cancellationToken);
        }
        catch (TunnelException e) when (call.Waits && e.MayPass)
        {
            Note($"{e.Message}; connections are refused until then");
        }
    }

    private async Task<bool> ListenAsync(TunnelSession session, LocalSpec local, CancellationToken cancellationToken)
    {
        var port = local.Listen[0].Port;
        for (var i = 0; i < local.Listen.Count; i++)
        {
            var listenOn = new IPEndPoint(local.Listen[i].Address, port);
            try
            {
                var forward = await session.ForwardLocalAsync(listenOn, local.Target, cancellationToken);
                port = forward.LocalEndPoint?.Port ?? port;
                terminal.WriteLine($"forwarding {forward.From} to {forward.To}");
            }
            catch (SocketException e) when (i > 0 && e.SocketErrorCode is SocketError.AddressFamilyNotSupported
                or SocketError.AddressNotAvailable)
            {
                // A machine without IPv6.
            }
            catch (SocketException e)
            {
                Note($"cannot listen on {listenOn}: {e.Message}");
                return false;
            }
        }

        return true;
    }

    /// <summary>Standard input and output to one target, as <c>ssh -W</c> does it.</summary>
    private async Task<int> JoinAsync(TunnelSession session, string target, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(session, target, cancellationToken);

        // Nobody awaits it: a read of standard input cannot be ended, and the end of the process ends it.
        _ = Task.Run(() => SendAsync(stream, cancellationToken), cancellationToken);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer, cancellationToken);
            }
            catch (IOException e)
            {
                Note($"{target}: {e.Message}");
                return ExitCode.Broken;
            }

            if (count == 0)
            {
                return ExitCode.Done;
            }

            try
            {
                await terminal.Output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await terminal.Output.FlushAsync(cancellationToken);
            }
            catch (IOException)
            {
                // The reader of our output has seen enough, as in `| head`.
                stream.Abort();
                return ExitCode.Done;
            }
        }
    }

    private async Task<DuplexStream> OpenAsync(
        TunnelSession session, string target, CancellationToken cancellationToken)
    {
        // Ends with a stream, a refusal that stays one, or by the token.
        while (true)
        {
            try
            {
                return await session.OpenAsync(target, cancellationToken);
            }
            catch (TunnelException e) when (call.Waits && e.MayPass)
            {
                var time = terminal.Time;
                await Task.Delay(e.RetryAfter ?? NamePatience, time, cancellationToken);
            }
        }
    }

    private async Task SendAsync(DuplexStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await terminal.Input.CopyToAsync(stream, cancellationToken);
            stream.CompleteWrites();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream has ended; whoever reads it says how.
        }
    }

    private void Report(TunnelStateChange change)
    {
        switch (change)
        {
            case { State: TunnelState.Connected } when _wasConnected || change.Error is not null:
                Note("connected again");
                break;
            case { State: TunnelState.Connecting, Error: { } error, Delay: { } delay }:
                var seconds = delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                Note($"{error.Message.TrimEnd('.')}; trying again in {seconds} s");
                break;
            default:
                break;
        }

        _wasConnected |= change.State == TunnelState.Connected;
    }

    private void Report(ForwardedConnection connection)
    {
        // A connection that its own ends break is their matter; one that could not be made is ours.
        if (connection is { Error: { } error, Duration.Ticks: 0 })
        {
            Note(error);
        }
        else if (call.Verbose)
        {
            var (there, back) = (connection.SentBytes, connection.ReceivedBytes);
            var time = connection.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            var end = connection.Error is null ? "" : $", broken: {connection.Error}";
            Note($"{connection.From} to {connection.Target}: {there} bytes there, {back} back, {time} s{end}");
        }
    }

    private string Explain(TunnelException failure) => failure switch
    {
        { Stage: TunnelStage.Connect, Status: 0 } =>
            $"{failure.Message}. Is `culvert serve` running there? --wait waits for it.",
        { Status: 401 } when call.Server.Token is null =>
            $"{failure.Message} No token was sent: give --token or CULVERT_TOKEN, or --data DIR on its machine.",
        { Status: 401 } => $"{failure.Message} The token came from {call.Server.TokenFrom}.",
        { Code: "too_many_connections" } => $"{failure.Message} --wait tries again until one of them has ended.",
        { Code: "name_absent" } => $"{failure.Message} --wait goes on without it.",
        _ => failure.Message,
    };

    private static int CodeOf(TunnelException failure) => failure switch
    {
        { Code: "taken_over" } => ExitCode.TakenOver,
        { Code: "name_taken" } => ExitCode.NameTaken,
        { Code: "name_absent" } => ExitCode.NameAbsent,
        { Code: "target_not_allowed" } => ExitCode.TargetNotAllowed,
        { Code: "too_many_connections" } => ExitCode.TooManyAgents,
        { Code: "session_ended" } or { Status: 401 or 403 or 404 } => ExitCode.Refused,
        { Code: TunnelException.CarrierLost or TunnelException.NotConnected, Stage: not TunnelStage.Connect } =>
            ExitCode.Broken,
        { Stage: TunnelStage.Connect, Status: 0 } => ExitCode.CannotConnect,
        _ => ExitCode.Failed,
    };

    private void Note(string text)
    {
        var line = $"{Name}: {DisplayText.Of(text)}";
        lock (_writing)
        {
            terminal.WriteErrorLine(terminal.ErrorHasColours ? $"\e[33m{line}\e[0m" : line);
        }
    }
}
