using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;

namespace Culvert.Tests.Hosting;

/// <summary>A server of one test: real sockets, a directory and a time of its own, cheap passwords.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TestDirectory _directory;
    private readonly HttpClient _client;

    private TestServer(CulvertServer server, TestDirectory directory, ManualTimeProvider time, StringWriter log)
    {
        Server = server;
        _directory = directory;
        Time = time;
        Log = log;
        OwnerToken = File.ReadAllText(directory.File(Culvert.Server.Accounts.OwnerToken.FileName)).Trim();
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(server.Addresses[0]),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public CulvertServer Server { get; }

    public ManualTimeProvider Time { get; }

    public StringWriter Log { get; }

    public string OwnerToken { get; }

    public string DataDirectory => _directory.Path;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestServer> StartAsync(
        Func<ServerOptions, ServerOptions>? configure = null, ServerHooks? hooks = null)
    {
        var directory = new TestDirectory();
        var time = new ManualTimeProvider();
        var log = new StringWriter();
        var options = new ServerOptions
        {
            Listen = ["http://127.0.0.1:0"],
            Data = directory.Path,
            Accounts = new AccountOptions { PasswordIterations = 10_000, PasswordThreads = 2 },
        };
        var server = await CulvertServer.StartAsync(
            configure?.Invoke(options) ?? options,
            hooks ?? new ServerHooks(),
            TextWriter.Synchronized(log),
            time,
            Cancel);
        return new TestServer(server, directory, time, log);
    }

    /// <summary>Sends a request; a body that is text is sent as it is, anything else as JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        string? token = null,
        string? cookie = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", $"culvert_session={cookie}");
            if (headers.Length == 0)
            {
                request.Headers.Add("Sec-Fetch-Site", "same-origin");
            }
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request, Cancel);
    }

    /// <summary>Makes a user with <see cref="Password"/>.</summary>
    public async Task CreateUserAsync(string name, string role = "member")
    {
        using var response = await SendAsync(
            HttpMethod.Post, "/v1/users", new { name, password = Password, role }, OwnerToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>Signs in; the value of the cookie.</summary>
    public async Task<string> SignInAsync(string name, string password = Password, string? cookie = null)
    {
        using var response = await SendAsync(
            HttpMethod.Post, "/v1/session", new { name, password }, cookie: cookie);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return CookieOf(response);
    }

    /// <summary>Makes a token; its secret.</summary>
    public async Task<string> MintAsync(object body, string? token = null, string? cookie = null)
    {
        using var response = await SendAsync(HttpMethod.Post, "/v1/tokens", body, token, cookie);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var reply = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return (string?)reply?["token"] ?? throw new InvalidDataException("no token");
    }

    public async Task<HttpStatusCode> StatusAsync(
        HttpMethod method, string path, object? body = null, string? token = null, string? cookie = null)
    {
        using var response = await SendAsync(method, path, body, token, cookie);
        return response.StatusCode;
    }

    /// <summary>The status of <c>GET /v1/me</c>.</summary>
    public Task<HttpStatusCode> MeAsync(string? token = null, string? cookie = null) =>
        StatusAsync(HttpMethod.Get, "/v1/me", null, token, cookie);

    public static string CookieOf(HttpResponseMessage response)
    {
        var header = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        return header.Split(';')[0].Split('=', 2)[1];
    }

    /// <summary>The body of a refusal, checked to be one.</summary>
    public static async Task<JsonObject> ProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((status, text), ((int)response.StatusCode, text));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal(status, (int?)problem["status"]);
        return problem;
    }

    /// <summary>Sends and checks that it is refused with the code.</summary>
    public async Task<JsonObject> RefusedAsync(
        int status,
        string code,
        HttpMethod method,
        string path,
        object? body = null,
        string? token = null,
        string? cookie = null,
        params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, body, token, cookie, headers);
        return await ProblemAsync(response, status, code);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();

        // The time of a test stands still, and with it the limits of stopping: what hangs here hangs the test.
        await Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        _directory.Dispose();
    }
}
