using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>HTTP requests as one user, by bearer token or cookie, with nothing but the framework's client.</summary>
internal sealed class Api : IDisposable
{
    public const string Ndjson = "application/x-ndjson";
    public const string EventStream = "text/event-stream";

    private readonly HttpClient _http;

    public Api(Uri address, string? token = null, string? cookie = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        Token = token;
        Cookie = cookie;
    }

    public string? Token { get; }

    /// <summary>The value of the header, or null.</summary>
    public string? Cookie { get; }

    public Uri Address => _http.BaseAddress!;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request; <paramref name="json"/> is its body.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, json, headers);
        return await _http.SendAsync(request, Bounded.Cancelled);
    }

    /// <summary>Sends a request and returns status and body, which is undefined when there is no JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, json, headers);
        var text = await response.Content.ReadAsStringAsync(Bounded.Cancelled);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        var isJson = type.EndsWith("json", StringComparison.Ordinal);
        return (response.StatusCode, isJson && text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }

    /// <summary>As <see cref="CallAsync"/>; any answer but a success fails the test.</summary>
    public async Task<JsonElement> MustAsync(HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await CallAsync(method, path, json);
        Assert.True((int)status is >= 200 and < 300, $"{method} {path}: {(int)status} {body}");
        return body;
    }

    /// <summary>Publishes one message and returns the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PublishAsync(
        string room, string data, string? key = null) =>
        await CallAsync(
            HttpMethod.Post,
            $"/v1/rooms/{room}/messages",
            $$"""{"data":{{data}}}""",
            key is null ? [] : [("Idempotency-Key", key)]);

    /// <summary>Publishes texts in batches of at most 500 and about 256 KiB, each one commit.</summary>
    public async Task PublishTextsAsync(string room, IEnumerable<string> texts)
    {
        var batch = new StringBuilder("[");
        var count = 0;
        foreach (var text in texts)
        {
            batch.Append(count++ == 0 ? "" : ",")
                .Append("{\"data\":{\"text\":").Append(JsonSerializer.Serialize(text)).Append("}}");
            if (count == 500 || batch.Length > 256 * 1024)
            {
                await MustAsync(HttpMethod.Post, $"/v1/rooms/{room}/messages", batch.Append(']').ToString());
                batch.Clear().Append('[');
                count = 0;
            }
        }

        if (count > 0)
        {
            await MustAsync(HttpMethod.Post, $"/v1/rooms/{room}/messages", batch.Append(']').ToString());
        }
    }

    /// <summary>Creates a user and returns requests as that user.</summary>
    public async Task<Api> NewUserAsync(string name, string role = "member")
    {
        const string password = "correct horse battery";
        await MustAsync(
            HttpMethod.Post, "/v1/users", $$"""{"name":"{{name}}","password":"{{password}}","role":"{{role}}"}""");
        return new Api(Address, cookie: await SignInAsync(name, password));
    }

    /// <summary>Signs in and returns the cookie, as the header wants it.</summary>
    public async Task<string> SignInAsync(string name, string password)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, "/v1/session", $$"""{"name":"{{name}}","password":"{{password}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
    }

    /// <summary>Opens a stream; the headers have come when this returns.</summary>
    public async Task<StreamFollower> FollowAsync(string pathAndQuery, string accept = Ndjson)
    {
        using var request = Request(HttpMethod.Get, pathAndQuery, null, []);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        var response = await _http
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Bounded.Cancelled)
            .Within(20);
        Assert.True(response.IsSuccessStatusCode, $"GET {pathAndQuery}: {(int)response.StatusCode}");
        return new StreamFollower(response, await response.Content.ReadAsStreamAsync(Bounded.Cancelled));
    }

    /// <summary>All durable events after a place, as their lines, read as NDJSON up to <c>ready</c>.</summary>
    public async Task<List<string>> ReadLogAsync(string room, string since = "start")
    {
        await using var stream = await FollowAsync($"/v1/rooms/{room}/events?since={since}");
        List<string> lines = [];
        while (await stream.NextAsync(60) is { } line && !EventLine.Is(line, "ready"))
        {
            if (EventLine.IsDurable(line))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private HttpRequestMessage Request(
        HttpMethod method, string path, string? json, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        if (Cookie is not null)
        {
            request.Headers.Add("Cookie", Cookie);
            if (method != HttpMethod.Get)
            {
                request.Headers.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
            }
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
