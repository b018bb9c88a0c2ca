using Culvert.Client;
using Culvert.Tailing;
using Culvert.Terminals;

namespace Culvert.Servers;

/// <summary>Runs what a command does with a server, and explains its failures.</summary>
internal static class ServerCall
{
    /// <summary>Runs the work with a client.</summary>
    /// <param name="terminal">Where the explanation goes.</param>
    /// <param name="name">The command, as typed: <c>culvert tail</c>.</param>
    /// <param name="target">The server.</param>
    /// <param name="work">The work; its result is the exit code.</param>
    /// <param name="onRetry">See <see cref="CulvertClientOptions.OnRetry"/>.</param>
    /// <param name="codeOf">The exit code of a failure; null for <see cref="Code"/>.</param>
    public static async Task<int> RunAsync(
        Terminal terminal,
        string name,
        ServerTarget target,
        Func<CulvertClient, Task<int>> work,
        Func<RetryNotice, bool>? onRetry = null,
        Func<CulvertException, int>? codeOf = null)
    {
        var options = new CulvertClientOptions
        {
            Token = target.Token,
            TimeProvider = terminal.Time,
            OnRetry = onRetry,
        };
        using var client = new CulvertClient(target.Address, options);
        try
        {
            return await work(client);
        }
        catch (CulvertException e)
        {
            // Part of it may be the server's own words.
            terminal.WriteErrorLine($"{name}: {DisplayText.Of(Explain(e, target))}");
            return (codeOf ?? Code)(e);
        }
    }

    /// <summary>The exit code of a failure.</summary>
    public static int Code(CulvertException failure) => failure switch
    {
        CulvertConnectException => ExitCode.CannotConnect,
        CulvertProblemException { Status: 401 or 403 or 404 } => ExitCode.Refused,
        CulvertStreamBrokenException broken => broken.WasSilent ? ExitCode.Silent : ExitCode.Broken,
        _ => ExitCode.Failed,
    };

    /// <summary>The failure with what to do about it.</summary>
    public static string Explain(CulvertException failure, ServerTarget target) => failure switch
    {
        CulvertConnectException connect when !target.IsFromUrl =>
            $"{connect.Message}. Is `culvert serve` running there? --server URL names another one.",
        CulvertProblemException { Status: 401 } problem when target.Token is null =>
            $"{problem.Message} No token was sent: give --token or CULVERT_TOKEN, or --data DIR on its machine.",
        CulvertProblemException { Status: 401 } problem =>
            $"{problem.Message} The token came from {target.TokenFrom}.",
        _ => failure.Message,
    };
}
