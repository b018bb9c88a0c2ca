using System.Net.Sockets;
using System.Text;
using Culvert.Server.Streams;
using Culvert.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Streams;

/// <summary>A web application of somebody else with streams in it: real sockets, time that the test moves.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private StreamServer(WebApplication app, ManualTimeProvider time, LogChannel log)
    {
        _app = app;
        Time = time;
        Log = log;
        Address = new Uri(app.Urls.Single());
        _client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public ManualTimeProvider Time { get; }

    public LogChannel Log { get; }

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StreamServer> StartAsync(Action<WebApplication> map, StreamLimits? limits = null)
    {
        var time = new ManualTimeProvider();
        var log = new LogChannel();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddCulvertStreams(limits);
        var app = builder.Build();
        map(app);
        await app.StartAsync(Cancel);
        return new StreamServer(app, time, log);
    }

    /// <summary>The answer once its headers are here.</summary>
    public Task<HttpResponseMessage> SendAsync(
        string path, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Within(_client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel));
    }

    /// <summary>The body of a stream; to be read line by line.</summary>
    public async Task<StreamReader> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        var response = await SendAsync(path, null, headers);
        Assert.Equal(200, (int)response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
    }

    /// <summary>A connection with a GET request on it.</summary>
    public async Task<TcpClient> ConnectAsync(string path, int receiveBuffer = 0)
    {
        var client = new TcpClient();
        if (receiveBuffer > 0)
        {
            client.ReceiveBufferSize = receiveBuffer;
        }

        await client.ConnectAsync(Address.Host, Address.Port, Cancel);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"), Cancel);
        return client;
    }

    public Task StopAsync() => Within(_app.StopAsync(Cancel));

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

    public static Task Within(Task task) => task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

    public static Task<string?> LineAsync(StreamReader reader) => Within(reader.ReadLineAsync(Cancel).AsTask());

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
