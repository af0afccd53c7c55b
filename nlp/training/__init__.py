"""How nlp/model was made: data, training, evaluation. Needs ../shared; never part of an ordinary run."""
