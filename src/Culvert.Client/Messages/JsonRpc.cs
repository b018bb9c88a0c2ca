using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Culvert.Client.Messages;

/// <summary>
/// Requests and answers over a <see cref="MessageClient"/>, both ways at once, by JSON-RPC 2.0: any program that speaks
/// it, in any language, can be at the other end.
/// </summary>
/// <remarks>
/// <para>
/// It receives all of the client's messages from <see cref="Start"/>, or the first request, on: nobody else should.
/// Every member is thread-safe, and handlers run concurrently, on the thread pool. Whatever is malformed is answered
/// with the error code of the specification, and the connection goes on.
/// </para>
/// <para>
/// A request that runs out of time or is cancelled says so to the other side with the notification
/// <c>$/cancelRequest</c>, whose parameter is <c>{"id": …}</c>; a handler's token is cancelled by the same. A
/// connection that is lost fails what waits on it with <see cref="RequestLostException"/>.
/// </para>
/// </remarks>
public sealed class JsonRpc : IAsyncDisposable
{
    private readonly MessageClient _client;
    private readonly JsonRpcOptions _options;
    private readonly JsonRpcCalls _calls = new();
    private readonly JsonRpcService _service;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task> _receiving;

    /// <summary>Speaks over a client, which stays the caller's until <see cref="DisposeAsync"/>.</summary>
    /// <param name="client">Open.</param>
    /// <param name="options">How; null for the defaults.</param>
    public JsonRpc(MessageClient client, JsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new JsonRpcOptions();
        _service = new JsonRpcService(_options.MaxInFlight);
        _slots = new SemaphoreSlim(_options.MaxInFlight);
        _receiving = new Lazy<Task>(() => Task.Run(ReceiveAsync));
    }

    /// <summary>How many answers came after their request had run out of time or was cancelled.</summary>
    public long LateAnswers => _calls.Late;

    /// <summary>Completes when the connection has ended and every handler too. Never fails.</summary>
    public Task Completion => _receiving.Value;

    /// <summary>Answers the requests for a method. Before <see cref="Start"/>, so that none is missed.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">The metadata of its parameters: an object, or an array by position.</param>
    /// <param name="result">The metadata of its result.</param>
    /// <param name="handler">
    /// Answers. A <see cref="JsonRpcException"/> becomes its error object, anything else it throws
    /// <see cref="JsonRpcErrorCode.InternalError"/>. Its token is cancelled with the request, and with the connection.
    /// </param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The method is there already.</exception>
    public JsonRpc OnRequest<TParameters, TResult>(
        string method,
        JsonTypeInfo<TParameters> parameters,
        JsonTypeInfo<TResult> result,
        Func<TParameters, CancellationToken, ValueTask<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _service.Add(
            method,
            async (given, cancellationToken) =>
            {
                var value = await handler(Read(given, parameters), cancellationToken).ConfigureAwait(false);
                return JsonSerializer.SerializeToUtf8Bytes(value, result);
            });
        return this;
    }

    /// <summary>Takes the notifications of a method. Before <see cref="Start"/>, so that none is missed.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">The metadata of its parameters.</param>
    /// <param name="handler">What it throws goes nowhere: a notification has no answer.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The method is there already.</exception>
    public JsonRpc OnNotification<TParameters>(
        string method, JsonTypeInfo<TParameters> parameters, Func<TParameters, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _service.Add(
            method,
            async (given, cancellationToken) =>
            {
                await handler(Read(given, parameters), cancellationToken).ConfigureAwait(false);
                return "null"u8.ToArray();
            });
        return this;
    }

    /// <summary>Begins to receive. Repeating it does nothing.</summary>
    /// <returns>This object.</returns>
    public JsonRpc Start()
    {
        _ = _receiving.Value;
        return this;
    }

    /// <summary>Makes a request and waits for its answer.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">An object, or an array by position; null for none.</param>
    /// <param name="parametersType">Their metadata.</param>
    /// <param name="resultType">The result's metadata.</param>
    /// <param name="timeout">Null for that of the options.</param>
    /// <param name="cancellationToken">Gives up, and tells the other side.</param>
    /// <exception cref="JsonRpcException">The answer is an error.</exception>
    /// <exception cref="JsonException">The result is not of its type.</exception>
    /// <exception cref="TimeoutException">No answer in time; one that comes later is dropped and counted.</exception>
    /// <exception cref="RequestLostException">The connection ended first.</exception>
    /// <exception cref="ConnectionClosedException">The connection had ended before.</exception>
    public async ValueTask<TResult> RequestAsync<TParameters, TResult>(
        string method,
        TParameters parameters,
        JsonTypeInfo<TParameters> parametersType,
        JsonTypeInfo<TResult> resultType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        var given = JsonSerializer.SerializeToUtf8Bytes(parameters, parametersType);
        var patience = timeout ?? _options.Timeout;
        using var limit = new CancellationTokenSource(patience, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _slots.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                var result = await CallAsync(method, given, either.Token).ConfigureAwait(false);
                return result.Deserialize(resultType)
                    ?? throw new JsonException($"The result of {method} is null where a value was expected.");
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer to {method} within {patience}");
        }
    }

    /// <summary>Makes a request and blocks until its answer.</summary>
    /// <inheritdoc cref="RequestAsync"/>
    public TResult Request<TParameters, TResult>(
        string method,
        TParameters parameters,
        JsonTypeInfo<TParameters> parametersType,
        JsonTypeInfo<TResult> resultType,
        TimeSpan? timeout = null) =>
        BlockingCall.Wait(RequestAsync(method, parameters, parametersType, resultType, timeout));

    /// <summary>Tells the other side something that it does not answer.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">An object, or an array by position; null for none.</param>
    /// <param name="type">Their metadata.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public ValueTask NotifyAsync<TParameters>(
        string method,
        TParameters parameters,
        JsonTypeInfo<TParameters> type,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        var given = JsonSerializer.SerializeToUtf8Bytes(parameters, type);
        return _client.SendAsync(JsonRpcWriter.Request(null, method, given), _options.Kind, cancellationToken);
    }

    /// <summary>Cancels all handlers, and closes the client with 1000.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task<JsonElement> CallAsync(string method, byte[] given, CancellationToken cancellationToken)
    {
        Start();
        var ended = _client.EndOfThisConnection ?? _receiving.Value;
        var (id, answer) = _calls.Begin();
        try
        {
            await _client.SendAsync(JsonRpcWriter.Request(id, method, given), _options.Kind, cancellationToken)
                .ConfigureAwait(false);
            await Task.WhenAny(answer, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
            return answer.IsCompleted
                ? await answer.ConfigureAwait(false)
                : throw new RequestLostException(_client.Closed);
        }
        catch (OperationCanceledException)
        {
            _client.TryPost(JsonRpcWriter.Cancel(id).Span, _options.Kind);
            throw;
        }
        finally
        {
            _calls.Forget(id);
        }
    }

    private async Task ReceiveAsync()
    {
        var handlers = new TaskGroup();
        try
        {
            await foreach (var message in _client.ReadAllAsync().ConfigureAwait(false))
            {
                if (await TakeAsync(message).ConfigureAwait(false) is { } handler)
                {
                    handlers.Add(handler);
                }
            }
        }
        catch (ConnectionClosedException)
        {
            // Whoever waits for an answer is told.
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await handlers.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Takes one message; what it sets off, if anything.</summary>
    private async ValueTask<Task?> TakeAsync(Message message)
    {
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(message.Data);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("method", out _)
                && (root.TryGetProperty("result", out _) || root.TryGetProperty("error", out _)))
            {
                _calls.Answer(root);
            }
            else if (_service.TryEnter())
            {
                var handler = HandleAsync(json, message);
                json = null;
                return handler;
            }
            else if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var id))
            {
                var answer = JsonRpcWriter.Error(id, JsonRpcErrorCode.TooManyRequests, "too many requests under way");
                await SendAsync(answer).ConfigureAwait(false);
            }
        }
        catch (JsonException)
        {
            await SendAsync(JsonRpcWriter.Error(default, JsonRpcErrorCode.ParseError, "the message is not JSON"))
                .ConfigureAwait(false);
        }

        json?.Dispose();
        message.Dispose();
        return null;
    }

    private async Task HandleAsync(JsonDocument json, Message message)
    {
        try
        {
            using (message)
            using (json)
            {
                var answer = await AnswerAsync(json.RootElement).ConfigureAwait(false);
                if (answer is not null)
                {
                    await SendAsync(answer).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _service.Leave();
        }
    }

    private async Task<byte[]?> AnswerAsync(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() is 0)
        {
            return await _service.AnswerAsync(root, _stop.Token).ConfigureAwait(false);
        }

        if (root.GetArrayLength() > _options.MaxInFlight)
        {
            return JsonRpcWriter.Error(default, JsonRpcErrorCode.TooManyRequests, "the batch is too long");
        }

        var parts = root.EnumerateArray().Select(request => _service.AnswerAsync(request, _stop.Token));
        var answers = (await Task.WhenAll(parts).ConfigureAwait(false)).OfType<byte[]>().ToList();
        return answers.Count > 0 ? JsonRpcWriter.Batch(answers) : null;
    }

    private async ValueTask SendAsync(byte[] answer)
    {
        try
        {
            await _client.SendAsync(answer, _options.Kind).ConfigureAwait(false);
        }
        catch (ConnectionClosedException)
        {
            // Whoever asked is gone.
        }
    }

    private static T Read<T>(JsonElement given, JsonTypeInfo<T> type)
    {
        try
        {
            var value = given.ValueKind == JsonValueKind.Undefined ? default : given.Deserialize(type);
            return value ?? throw new JsonRpcException(JsonRpcErrorCode.InvalidParams, "the parameters are missing");
        }
        catch (JsonException e)
        {
            throw new JsonRpcException(JsonRpcErrorCode.InvalidParams, $"the parameters do not fit: {e.Message}");
        }
    }
}
