using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

/// <summary>Turns what handlers cannot help into answers: a store that fails, a body that breaks off.</summary>
internal sealed partial class StoreGuard(TimeProvider time, ILogger<StoreGuard> logger)
{
    private const int FailedAfterMilliseconds = 1000;
    private const int FullAfterMilliseconds = 5000;

    private readonly LineLimit _lines = new(time);

    public RequestDelegate Around(RequestDelegate handler) => context => HandleAsync(context, handler);

    private async Task HandleAsync(HttpContext context, RequestDelegate handler)
    {
        try
        {
            await handler(context);
        }
        catch (StoreException exception)
        {
            if (_lines.Allows(out var held))
            {
                var endpoint = context.GetEndpoint()?.DisplayName;
                Log.StoreFailed(logger, context.Request.Method, endpoint, exception.Message, held);
            }

            await Refusals.WriteAsync(context, exception.IsFull
                ? new Refusal(ErrorCode.StorageFull, null, FullAfterMilliseconds)
                : new Refusal(ErrorCode.StorageFailed, null, FailedAfterMilliseconds));
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException
                && context.RequestAborted.IsCancellationRequested)
        {
            // The peer has left; there is nobody to answer.
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.TooLarge);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status400BadRequest)
        {
            ProblemWriter.EndConnection(context);
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadJson, "The body broke off or is not framed as HTTP asks.");
        }
    }
}
