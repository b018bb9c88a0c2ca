using System.Runtime.ExceptionServices;

namespace Culvert.Client.Messages;

/// <summary>
/// Waits on the calling thread for what goes on elsewhere. Nothing that is waited for needs that thread or its
/// synchronization context, and each wait is bounded by a limit of the operation itself.
/// </summary>
internal static class BlockingCall
{
    public static void Wait(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully)
        {
            Wait(pending.AsTask());
        }
    }

    public static T Wait<T>(ValueTask<T> pending) => Wait(pending.AsTask());

    public static T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        if (task.IsCompletedSuccessfully)
        {
            return task.Result;
        }

        throw new TaskCanceledException(task);
    }

    public static void Wait(Task task)
    {
        // Any, because it neither wraps nor throws the failure.
        Task.WaitAny(task);
        if (task.Exception?.InnerException is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        if (task.IsCanceled)
        {
            throw new TaskCanceledException(task);
        }
    }
}
