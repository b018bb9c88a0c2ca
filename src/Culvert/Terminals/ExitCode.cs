namespace Culvert.Terminals;

/// <summary>Exit codes of every command. Scripts depend on the numbers: never renumber one.</summary>
internal static class ExitCode
{
    /// <summary>The command did all it was asked to.</summary>
    public const int Done = 0;

    /// <summary>The command ran and some of it failed; stderr says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a configuration file is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>No server answered at the address.</summary>
    public const int CannotConnect = 3;

    /// <summary>The server answered no: not signed in, not allowed, or no such thing (401, 403, 404).</summary>
    public const int Refused = 4;

    /// <summary>A stream was cut before its end and was not taken up again.</summary>
    public const int Broken = 5;

    /// <summary>A stream fell silent for too long and was not taken up again.</summary>
    public const int Silent = 6;

    /// <summary>Of <c>culvert tunnel</c>: the server does not connect to this target.</summary>
    public const int TargetNotAllowed = 6;

    /// <summary>Of <c>culvert tunnel</c>: no agent has registered the name.</summary>
    public const int NameAbsent = 7;

    /// <summary>Of <c>culvert tunnel</c>: somebody else holds the name.</summary>
    public const int NameTaken = 8;

    /// <summary>Of <c>culvert tunnel</c>: another process has taken the name over.</summary>
    public const int TakenOver = 9;

    /// <summary>Of <c>culvert tunnel</c>: the user has as many agents as the server lets him have.</summary>
    public const int TooManyAgents = 10;

    /// <summary>Ctrl-C; what shells report for a program that SIGINT ended.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM before the work was finished; what shells report for a program that SIGTERM ended.</summary>
    public const int Terminated = 143;
}
