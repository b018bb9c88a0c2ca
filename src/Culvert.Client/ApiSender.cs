using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Culvert.Client;

/// <summary>Sends requests to one server and reads their answers, again if that is safe. Thread-safe.</summary>
internal sealed class ApiSender(HttpClient http, Uri baseAddress, CulvertClientOptions options)
{
    // An answer to the largest batch is some 100 KB; a list of users may be longer.
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private volatile bool _reached;

    /// <summary>The server.</summary>
    public Uri BaseAddress => baseAddress;

    /// <summary>True once the server has answered anything.</summary>
    public bool WasReached => _reached;

    /// <summary>A request with the token, to a path below the server's address.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path) => Request(method, new Uri(baseAddress, path));

    /// <summary>A request with the token, to an address the caller vouches for.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        if (options.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    /// <summary>Sends until there is an answer that is a success, and reads it.</summary>
    /// <param name="make">Makes the request, once for each attempt.</param>
    /// <param name="answer">How to read the answer.</param>
    /// <param name="isSafeToRepeat">True when the server treats a repetition as the same request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> SendAsync<T>(
        Func<HttpRequestMessage> make, JsonTypeInfo<T> answer, bool isSafeToRepeat, CancellationToken cancellationToken)
    {
        var body = await SendAsync(make, isSafeToRepeat, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body.Span, answer)
                ?? throw new CulvertProblemException(200, "bad_answer", "the server answered null", false, null);
        }
        catch (JsonException e)
        {
            throw new CulvertProblemException(
                200, "bad_answer", $"the server's answer cannot be read: {e.Message}", retry: false, after: null);
        }
    }

    /// <summary>Sends until there is an answer that is a success, and returns its body.</summary>
    public async Task<ReadOnlyMemory<byte>> SendAsync(
        Func<HttpRequestMessage> make, bool isSafeToRepeat, CancellationToken cancellationToken)
    {
        var time = options.TimeProvider;
        var backoff = new Backoff(options.Random);
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan delay;
            try
            {
                return await AttemptAsync(make, cancellationToken).ConfigureAwait(false);
            }
            catch (CulvertException e) when (isSafeToRepeat && MayPass(e))
            {
                delay = backoff.Next((e as CulvertProblemException)?.After);
                var hasTime = time.GetElapsedTime(started) + delay <= options.RetryFor;
                if (!hasTime || options.OnRetry?.Invoke(new RetryNotice(e, delay, attempt)) == false)
                {
                    throw;
                }
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends once and returns when the headers have come; throws when there are none.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri ?? baseAddress;
        using var deadline = new IdleDeadline(options.TimeProvider, options.AttemptTimeout, cancellationToken);
        try
        {
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token)
                .ConfigureAwait(false);
            _reached = true;
            return answer;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw NoAnswer(address);
        }
        catch (HttpRequestException e)
        {
            throw CulvertConnectException.From(address, e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> AttemptAsync(
        Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var request = make();
        using var answer = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        using var deadline = new IdleDeadline(options.TimeProvider, options.AttemptTimeout, cancellationToken);
        try
        {
            if (!answer.IsSuccessStatusCode)
            {
                throw await ProblemReader.ReadAsync(answer, options.TimeProvider, deadline.Token).ConfigureAwait(false);
            }

            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, deadline.Token).ConfigureAwait(false);
            return await answer.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw NoAnswer(baseAddress);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The server may or may not have done what was asked: the caller decides whether to repeat it.
            throw new CulvertConnectException(baseAddress, "the answer was cut", e);
        }
    }

    private CulvertConnectException NoAnswer(Uri address) =>
        new(address, $"no answer within {options.AttemptTimeout.TotalSeconds:0.###} s");

    private bool MayPass(CulvertException failure) => failure switch
    {
        CulvertProblemException problem => problem.Retry,
        // An address that never answered is most likely wrong.
        CulvertConnectException => _reached,
        _ => false,
    };
}
