using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Culvert.Client;
using Culvert.Server.Streams;

var json = (JsonTypeInfo<Greeting>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Greeting));
if (args is ["serve", .. var options] && options.Length % 2 == 0)
{
    var builder = WebApplication.CreateSlimBuilder(options);
    builder.Logging.AddSimpleConsole(line => line.SingleLine = true).AddFilter("Microsoft", LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    builder.Services.AddCulvertStreams();
    await using var app = builder.Build();
    app.Urls.Add($"http://{app.Configuration["host"] ?? "127.0.0.1"}:{app.Configuration["port"] ?? "8080"}");
    var (time, pace) = (TimeProvider.System, app.Services.GetRequiredService<Pace>().Every(TimeSpan.FromSeconds(2)));
    app.MapStream("/stream", context =>
    {
        var name = (string?)context.Request.Query["name"] ?? "Anonymous";
        var greetings = pace.Select((_, n) => new Greeting(
            $"Hello {name}, this is {n} time stream message.", time.GetTimestamp() / (double)time.TimestampFrequency));
        return name.EnumerateRunes().Count() > 64 || name.EnumerateRunes().Any(System.Text.Rune.IsControl)
            ? Results.Text("name: at most 64 characters, none of them a control character\n", statusCode: 400)
            : StreamResults.Of(greetings, json, new StreamOptions { LinesAsJson = true, Note = name });
    });
    app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"listening on {app.Urls.Single()}"));
    await app.RunAsync();
    return 0;
}
if (args is not ["follow", var url, .. [] or ["--once"]] || !Uri.TryCreate(url, UriKind.Absolute, out var address))
{
    await Console.Error.WriteLineAsync("GreetingStream serve [--host 127.0.0.1] [--port 8080] | follow URL [--once]");
    return args is ["--help"] ? 0 : 2;
}
var badLines = 0;
var lines = new CulvertClient(new Uri(address, "/")).FollowLines(address, new FollowOptions
{
    Reconnect = args.Length == 2,
    ReconnectAfterEnd = true,
    OnBreak = stop => Console.Error.WriteLine($"{stop.Why}; coming back in {stop.Delay.TotalSeconds:0.0} s"),
    OnBadLine = line => Console.Error.WriteLine($"bad line {++badLines}: {line.Why}"),
});
try
{
    await foreach (var line in lines)
    {
        try
        {
            var greeting = JsonSerializer.Deserialize(line.Bytes.Span, json);
            Console.WriteLine($"[{greeting?.Timestamp:0.00}] {greeting?.Message}");
        }
        catch (JsonException exception)
        {
            await Console.Error.WriteLineAsync($"bad line {++badLines}: {exception.Message}");
        }
    }
}
catch (CulvertException) { /* What it was stands in lines.End too. */ }
await Console.Error.WriteLineAsync($"end: {lines.End?.Kind}, {lines.End?.Why}");
return lines.End is { Kind: not FollowEndKind.Completed and var kind } ? (int)kind : badLines > 0 ? 1 : 0;
