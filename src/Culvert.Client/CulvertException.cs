namespace Culvert.Client;

/// <summary>Something between this program and the server went wrong; each way has a class of its own.</summary>
/// <remarks>
/// <see cref="CulvertConnectException"/>: no server answered. <see cref="ConnectFailedException"/>: no WebSocket came
/// about. <see cref="CulvertProblemException"/>: it answered no.
/// <see cref="CulvertStreamBrokenException"/>: a stream was cut. Cancelling is none of them and throws
/// <see cref="OperationCanceledException"/>.
/// </remarks>
public abstract class CulvertException : Exception
{
    private protected CulvertException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
