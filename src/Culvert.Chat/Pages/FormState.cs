using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>What a form holds when it is shown again, and what is wrong with each field. For one request.</summary>
/// <remarks>Passwords are never among the values.</remarks>
public sealed class FormState
{
    private readonly IFormCollection? _form;
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);

    internal FormState(IFormCollection? form = null) => _form = form;

    /// <summary>About the form as a whole; null for nothing.</summary>
    internal string? Problem { get; private set; }

    /// <summary>True while nothing is wrong.</summary>
    internal bool IsGood => Problem is null && _problems.Count == 0;

    /// <summary>What was typed, without blanks at its ends; empty for nothing.</summary>
    internal string this[string field] => _form?[field].ToString().Trim() ?? "";

    /// <summary>True when the form has the field at all.</summary>
    internal bool Has(string field) => _form?.ContainsKey(field) == true;

    /// <summary>What was typed, as it is: a password.</summary>
    internal string Raw(string field) => _form?[field].ToString() ?? "";

    /// <summary>What was typed into all fields but these, to be sent again.</summary>
    internal IEnumerable<(string Name, string Value)> Others(params string[] except) =>
        from field in _form ?? FormCollection.Empty
        where !except.Contains(field.Key)
        select (field.Key, field.Value.ToString());

    internal string? ProblemOf(string field) => _problems.GetValueOrDefault(field);

    /// <summary>True for the first of the fields that something is wrong with: where the reader should begin.</summary>
    internal bool IsFirst(string field) => _problems.Keys.FirstOrDefault() == field;

    /// <summary>Notes what is wrong with a field, unless something else is already, or null for nothing.</summary>
    internal void Fail(string field, string? problem)
    {
        if (problem is not null)
        {
            _problems.TryAdd(field, problem);
        }
    }

    /// <summary>Notes what is wrong with the form as a whole.</summary>
    internal void Fail(string problem) => Problem ??= problem;
}
