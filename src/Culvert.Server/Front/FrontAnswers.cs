using Culvert.Protocol.Http;
using Culvert.Server.Files;

namespace Culvert.Server.Front;

/// <summary>What the front answers by itself, and what it leaves to the application. Safe for concurrent use.</summary>
/// <param name="site">The files, and the pages of errors.</param>
internal sealed class FrontAnswers(Site site)
{
    private FrontRoutes _routes = FrontRoutes.All;

    /// <summary>Set before the port opens.</summary>
    public FrontRoutes Routes
    {
        get => Volatile.Read(ref _routes);
        set => Volatile.Write(ref _routes, value);
    }

    /// <summary>Answers from memory; neither blocks nor allocates.</summary>
    public bool TryAnswer(in FileRequest request, out FileAnswer answer)
    {
        if (Routes.OwnsAll)
        {
            answer = default;
            return false;
        }

        return site.TryAnswer(request, out answer);
    }

    /// <summary>Whether the application is to have a good request that was not answered from memory.</summary>
    public bool IsForApplication(in RequestHead head, ReadOnlySpan<byte> bytes) =>
        head.TargetForm != TargetForm.Asterisk && (head.HasRepeatedSelection || Routes.Owns(head.Target.Of(bytes)));

    /// <summary>Answers any other request. Blocks on the disk.</summary>
    public FileAnswer Answer(RequestMethod method, ReadOnlySpan<byte> methodText, in FileRequest request) =>
        method is RequestMethod.Get or RequestMethod.Head ? site.Answer(request) : site.AnswerMethod(methodText);

    /// <summary>Says why a request is no good: a page, or for the API problem details.</summary>
    public FileAnswer Refuse(HttpRefusal refusal, in RequestHead head, ReadOnlySpan<byte> bytes)
    {
        var target = head.Target.Of(bytes);
        return target.StartsWith("/v1/"u8) && Routes.Owns(target)
            ? ProblemAnswer.Of(refusal)
            : site.Page(refusal.Status, head.Method == RequestMethod.Head);
    }
}
