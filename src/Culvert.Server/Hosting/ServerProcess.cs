namespace Culvert.Server.Hosting;

/// <summary>Runs the server as a process: options, the lines on the console, signals, the exit code.</summary>
public static class ServerProcess
{
    /// <summary>It was told to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>It could not start: the port, the data directory.</summary>
    public const int Failed = 1;

    /// <summary>An option is unknown or bad.</summary>
    public const int BadOption = 2;

    /// <summary>Runs until SIGTERM, SIGINT or the token; a second signal ends the process at once.</summary>
    /// <param name="configFile">The configuration file; null for culvert.json, if there is one.</param>
    /// <param name="commandLine">Options of the command line by key.</param>
    /// <param name="hooks">The application on top.</param>
    /// <param name="output">Gets one line an address: <c>listening on URL</c>.</param>
    /// <param name="error">Gets everything else.</param>
    /// <param name="cancellationToken">Stops the server like a signal.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string? configFile,
        IEnumerable<KeyValuePair<string, string?>> commandLine,
        ServerHooks hooks,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        FrontServices.ServeOnSocketThreads();
        ServerOptions options;
        try
        {
            options = ServerSettings.Read(SettingSource.Load(configFile, commandLine), hooks.ReadSettings);
        }
        catch (SettingException exception)
        {
            await error.WriteLineAsync($"culvert: {exception.Message}");
            return BadOption;
        }

        var run = new ProcessRun(options.Listen, "--listen http://127.0.0.1:PORT", error);
        return await run.UntilStoppedAsync(
            async stop =>
            {
                await using var server = await CulvertServer.StartAsync(
                    options, hooks, error, TimeProvider.System, stop);
                await AnnounceAsync(server, hooks, output, error);
                await ProcessRun.WaitAsync(stop);
                await server.StopAsync();
            },
            cancellationToken);
    }

    private static async Task AnnounceAsync(
        CulvertServer server, ServerHooks hooks, TextWriter output, TextWriter error)
    {
        foreach (var address in server.Addresses)
        {
            await output.WriteLineAsync($"listening on {address}");
        }

        await output.FlushAsync();
        if (server.Notice is { } notice)
        {
            await error.WriteLineAsync(notice);
        }

        if (hooks.Hint is not null)
        {
            await error.WriteLineAsync(hooks.Hint(server.Addresses[0]));
        }

        await error.FlushAsync();
    }
}
